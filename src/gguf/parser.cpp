#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <limits>
#include <unordered_set>

#include "base/files.h"
#include "gguf/gguf.h"
#include "gguf/reader.h"

namespace corral::gguf {

namespace {

constexpr std::uint64_t kMaxRecords = 1 << 20;  // of keys, and of tensors
constexpr std::uint64_t kMaxArrayElements = 64 << 20;
constexpr std::uint64_t kMaxKeptElements = 4 << 20;  // in all arrays of a file together
constexpr std::uint64_t kShortArray = 4096;
constexpr std::uint32_t kMaxDimensions = 4;
constexpr std::uint32_t kMagic = 0x46554747;         // "GGUF" as a little-endian number
constexpr std::uint32_t kSwappedMagic = 0x47475546;  // of a big-endian file
// The least a record can take: an empty name, a type, a value of one byte; a tensor without
// dimensions.
constexpr std::uint64_t kMinKeyBytes = 8 + 4 + 1;
constexpr std::uint64_t kMinTensorBytes = 8 + 4 + 4 + 8;

}  // namespace

class Parser {
public:
    Parser(Reader reader, ReadMode mode) : reader_(std::move(reader)), mode_(mode) {}

    Result<File> run() {
        read_preamble();
        const bool complete = reader_.ok() && read_metadata();
        if (reader_.ok() && complete) read_tensors();
        if (!reader_.ok()) return std::unexpected(*reader_.failure());
        return std::move(file_);
    }

private:
    void read_preamble() {
        if (reader_.size() == 0) return reader_.fail_with(ErrorCode::corrupt, "the file is empty");
        if (reader_.size() < sizeof(kMagic))
            return reader_.fail_with(ErrorCode::corrupt,
                                     "this is not a GGUF file: it has only {} bytes",
                                     reader_.size());
        const auto magic = reader_.get<std::uint32_t>();
        if (magic == kSwappedMagic)
            return reader_.fail_with(ErrorCode::unsupported,
                                     "big-endian GGUF files are not supported");
        if (magic != kMagic)
            return reader_.fail_with(ErrorCode::corrupt,
                                     "this is not a GGUF file: it does not begin with GGUF");
        file_.version_ = reader_.get<std::uint32_t>();
        n_tensors_ = reader_.get<std::uint64_t>();
        n_keys_ = reader_.get<std::uint64_t>();
        if (!reader_.ok()) return;
        if (file_.version_ < 2 || file_.version_ > 3)
            return reader_.fail_with(ErrorCode::unsupported, "GGUF version {} is not supported",
                                     file_.version_);
        check_count("tensors", n_tensors_, kMinTensorBytes);
        check_count("metadata keys", n_keys_, kMinKeyBytes);
    }

    void check_count(std::string_view what, std::uint64_t count, std::uint64_t min_bytes) {
        if (count > reader_.remaining() / min_bytes)
            reader_.fail_with(
                ErrorCode::corrupt,
                "the header claims {} {}, more than fit into the {} bytes of the file", count, what,
                reader_.size());
        else if (count > kMaxRecords)
            reader_.fail_with(ErrorCode::corrupt, "the header claims {} {}, more than {}", count,
                              what, kMaxRecords);
    }

    // False when the summary ended before the end of the metadata.
    bool read_metadata() {
        for (std::uint64_t i = 0; i < n_keys_ && reader_.ok(); ++i) {
            std::string key = reader_.string();
            if (mode_ == ReadMode::summary && key.starts_with("tokenizer.") &&
                file_.find("general.architecture"))
                return false;
            const auto type = static_cast<ValueType>(reader_.get<std::uint32_t>());
            Value value = read_value(key, type);
            if (reader_.ok()) store(std::move(key), std::move(value));
        }
        return mode_ != ReadMode::summary;
    }

    void store(std::string key, Value value) {
        const auto [place, is_new] = file_.index_.try_emplace(key, file_.metadata_.size());
        if (is_new)
            file_.metadata_.push_back({std::move(key), std::move(value)});
        else
            file_.metadata_[place->second].value = std::move(value);
    }

    Value read_value(const std::string& key, ValueType type) {
        if (type == ValueType::array) return read_array(key);
        return std::visit([](auto scalar) { return Value(std::move(scalar)); },
                          read_scalar(key, type));
    }

    Scalar read_scalar(const std::string& key, ValueType type) {
        switch (type) {
            case ValueType::u8:
                return std::uint64_t{reader_.get<std::uint8_t>()};
            case ValueType::i8:
                return std::int64_t{reader_.get<std::int8_t>()};
            case ValueType::u16:
                return std::uint64_t{reader_.get<std::uint16_t>()};
            case ValueType::i16:
                return std::int64_t{reader_.get<std::int16_t>()};
            case ValueType::u32:
                return std::uint64_t{reader_.get<std::uint32_t>()};
            case ValueType::i32:
                return std::int64_t{reader_.get<std::int32_t>()};
            case ValueType::f32:
                return reader_.get<float>();
            case ValueType::boolean:
                return reader_.get<std::uint8_t>() != 0;
            case ValueType::string:
                return reader_.string();
            case ValueType::u64:
                return reader_.get<std::uint64_t>();
            case ValueType::i64:
                return reader_.get<std::int64_t>();
            case ValueType::f64:
                return reader_.get<double>();
            case ValueType::array:
                break;
        }
        reader_.fail_with(ErrorCode::corrupt, "key \"{}\" has the invalid type {}", printable(key),
                          static_cast<std::uint32_t>(type));
        return std::uint64_t{0};
    }

    Array read_array(const std::string& key) {
        Array array;
        array.element_type = static_cast<ValueType>(reader_.get<std::uint32_t>());
        array.n_elements = reader_.get<std::uint64_t>();
        if (!reader_.ok()) return array;
        const bool is_string = array.element_type == ValueType::string;
        const std::uint64_t element_bytes = is_string ? 8 : value_size(array.element_type);
        if (element_bytes == 0)
            reader_.fail_with(ErrorCode::corrupt, "key \"{}\": invalid array type: {}",
                              printable(key), static_cast<std::uint32_t>(array.element_type));
        else if (array.n_elements > kMaxArrayElements)
            reader_.fail_with(ErrorCode::corrupt, "GGUF array size {} exceeds maximum {}",
                              array.n_elements, kMaxArrayElements);
        else if (array.n_elements > reader_.remaining() / element_bytes)
            reader_.fail_with(ErrorCode::corrupt,
                              "key \"{}\" claims {} elements, more than fit into the file",
                              printable(key), array.n_elements);
        else if (mode_ == ReadMode::full || (!is_string && array.n_elements <= kShortArray) ||
                 (mode_ == ReadMode::vocabulary && key == "tokenizer.ggml.tokens"))
            read_elements(key, array);
        else if (is_string)
            for (std::uint64_t i = 0; i < array.n_elements && reader_.ok(); ++i)
                reader_.skip_string();
        else
            reader_.skip(array.n_elements * element_bytes);
        return array;
    }

    void read_elements(const std::string& key, Array& array) {
        n_kept_elements_ += array.n_elements;
        if (n_kept_elements_ > kMaxKeptElements)
            return reader_.fail_with(ErrorCode::corrupt,
                                     "the arrays of the header have more than {} elements",
                                     kMaxKeptElements);
        array.elements.reserve(array.n_elements);
        for (std::uint64_t i = 0; i < array.n_elements && reader_.ok(); ++i)
            array.elements.push_back(read_scalar(key, array.element_type));
    }

    void read_tensors() {
        if (const auto alignment = file_.get_integer("general.alignment"))
            file_.alignment_ = *alignment;
        // A power of two, as llama.cpp wants it; the upper bound keeps sums from overflowing.
        const std::uint64_t alignment = file_.alignment_;
        if (alignment == 0 || (alignment & (alignment - 1)) != 0 || alignment > (1U << 30))
            return reader_.fail_with(ErrorCode::corrupt, "invalid GGUF alignment: {}", alignment);
        std::unordered_set<std::string> names;
        for (std::uint64_t i = 0; i < n_tensors_ && reader_.ok(); ++i) {
            file_.tensors_.push_back(read_tensor());
            const Tensor& tensor = file_.tensors_.back();
            if (reader_.ok() && !names.insert(tensor.name).second)
                reader_.fail_with(ErrorCode::corrupt, "tensor \"{}\" occurs twice",
                                  printable(tensor.name));
        }
        if (reader_.ok()) check_bounds();
    }

    Tensor read_tensor() {
        Tensor tensor;
        tensor.name = reader_.string();
        const auto n_dimensions = reader_.get<std::uint32_t>();
        if (n_dimensions > kMaxDimensions)
            reader_.fail_with(ErrorCode::corrupt, "tensor \"{}\" dimensions {} exceeds maximum {}",
                              printable(tensor.name), n_dimensions, kMaxDimensions);
        for (std::uint32_t i = 0; i < n_dimensions && reader_.ok(); ++i)
            tensor.shape.push_back(reader_.get<std::uint64_t>());
        const auto type_number = reader_.get<std::uint32_t>();
        tensor.offset = reader_.get<std::uint64_t>();
        if (!reader_.ok()) return tensor;
        tensor.type = tensor_type(type_number);
        if (!tensor.type)
            reader_.fail_with(ErrorCode::unsupported, "tensor \"{}\" has the unknown type {}",
                              printable(tensor.name), type_number);
        else
            measure(tensor);
        return tensor;
    }

    // Sets size_bytes; no product may pass what a signed 64-bit number holds.
    void measure(Tensor& tensor) {
        constexpr std::uint64_t kMax = std::numeric_limits<std::int64_t>::max();
        std::uint64_t n_elements = 1;
        for (const std::uint64_t length : tensor.shape) {
            if (length != 0 && n_elements > kMax / length)
                return reader_.fail_with(ErrorCode::corrupt, "tensor \"{}\" has too many elements",
                                         printable(tensor.name));
            n_elements *= length;
        }
        const std::uint64_t row = tensor.shape.empty() ? 1 : tensor.shape[0];
        if (row % tensor.type->block_elements != 0)
            return reader_.fail_with(ErrorCode::corrupt,
                                     "tensor \"{}\" has rows of {} elements, which {} cannot hold",
                                     printable(tensor.name), row, tensor.type->name);
        const std::uint64_t n_blocks = n_elements / tensor.type->block_elements;
        if (n_blocks > kMax / tensor.type->block_bytes)
            return reader_.fail_with(ErrorCode::corrupt, "tensor \"{}\" has too many elements",
                                     printable(tensor.name));
        tensor.size_bytes = n_blocks * tensor.type->block_bytes;
    }

    void check_bounds() {
        const std::uint64_t alignment = file_.alignment_;
        const std::uint64_t data_at = (reader_.position() + alignment - 1) / alignment * alignment;
        const std::uint64_t size = reader_.size();
        const std::uint64_t available = size > data_at ? size - data_at : 0;
        std::uint64_t n_elements = 0;
        for (const Tensor& tensor : file_.tensors_) {
            if (tensor.offset % alignment != 0)
                return reader_.fail_with(
                    ErrorCode::corrupt,
                    "tensor \"{}\" lies at offset {}, which is not a multiple of {}",
                    printable(tensor.name), tensor.offset, alignment);
            if (tensor.offset > available || tensor.size_bytes > available - tensor.offset)
                return reader_.fail_with(
                    ErrorCode::corrupt, "tensor \"{}\" offset+size ({}+{}) exceeds file size ({})",
                    printable(tensor.name), tensor.offset, tensor.size_bytes, size);
            if (__builtin_add_overflow(n_elements, tensor.n_elements(), &n_elements))
                return reader_.fail_with(ErrorCode::corrupt, "the tensors have too many elements");
        }
    }

    // A name for an error text: short, and without control characters.
    static std::string printable(std::string_view name) {
        std::string text(name.substr(0, 100));
        for (char& c : text)
            if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7f)
                c = '?';
        return text;
    }

    Reader reader_;
    ReadMode mode_;
    File file_;
    std::uint64_t n_tensors_ = 0;
    std::uint64_t n_keys_ = 0;
    std::uint64_t n_kept_elements_ = 0;
};

namespace {

Result<UniqueFd> open_regular(const std::filesystem::path& path, struct stat& info) {
    UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!fd) return fail(file_error(errno, "open", path));
    if (::fstat(fd.get(), &info) != 0) return fail(file_error(errno, "stat", path));
    if (!S_ISREG(info.st_mode))
        return fail(ErrorCode::corrupt, "{} is not a regular file", path.string());
    return fd;
}

}  // namespace

Result<File> read(const std::filesystem::path& path, ReadMode mode) {
    struct stat info {};
    CORRAL_TRY(const UniqueFd fd, open_regular(path, info));
    auto file = Parser(Reader(fd.get(), static_cast<std::uint64_t>(info.st_size)), mode).run();
    if (!file) file.error().message = path.string() + ": " + file.error().message;
    return file;
}

Result<File> parse(std::span<const char> bytes, ReadMode mode) {
    return Parser(Reader(bytes), mode).run();
}

Result<bool> has_magic(const std::filesystem::path& path) {
    struct stat info {};
    CORRAL_TRY(const UniqueFd fd, open_regular(path, info));
    if (info.st_size < 4) return false;
    const auto magic =
        Reader(fd.get(), static_cast<std::uint64_t>(info.st_size)).get<std::uint32_t>();
    return magic == kMagic || magic == kSwappedMagic;
}

}  // namespace corral::gguf
