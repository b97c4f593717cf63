// Does several steps of a graph at once.
//
// Compiled into ggml's CPU backend (cmake/llama_hook.cmake), where it takes the place of
// ggml_graph_compute.
//
// Why: a layer adds a bias to every product, applies GELU to some and adds the layer's input to
// others, and scales and shifts what it has normalized. ggml does each of these in a step of its
// own, which reads and writes all numbers again, from other processors' caches, and ends when the
// slowest thread does. The kernels of this folder can do them while they write their results.
//
// How: a step can be left out when it is the next after the one that will do it, and its result
// lies in the same place, which is how ggml allocates such steps. What the step would have read is
// noted on the tensor before it as one more source (finish.h, norm.h), and the step becomes one
// that does nothing. After the graph is computed everything is put back, since it may be computed
// again.
//
// Threads: the one that computes the graph, before the others begin and after they have ended.

#include <cstdint>
#include <vector>

#include "finish.h"
#include "ggml-cpu.h"
#include "ggml-impl.h"
#include "norm.h"

// The name under which cmake/llama_hook.cmake has ggml's own function compiled.
extern "C" ggml_status ggml_graph_compute_reference(ggml_cgraph* graph, ggml_cplan* plan);

namespace {

using namespace corral::kernels;

const char* end_of(const ggml_tensor* tensor) {
    return static_cast<const char*>(tensor->data) + ggml_nbytes(tensor);
}

bool overlap(const ggml_tensor* a, const ggml_tensor* b) {
    return a->data < end_of(b) && b->data < end_of(a);
}

bool is_plain(const ggml_tensor* tensor) {
    return tensor->type == GGML_TYPE_F32 && ggml_is_contiguous(tensor);
}

// Numbers that are the same for every row of `of`.
bool is_row_for(const ggml_tensor* tensor, const ggml_tensor* of) {
    return is_plain(tensor) && tensor->ne[0] == of->ne[0] && ggml_nrows(tensor) == 1;
}

// Leaves steps out of a graph, and puts them back.
class Fusion {
public:
    explicit Fusion(ggml_cgraph* graph) : graph_(graph) {
        for (int i = 0; i < graph->n_nodes; ++i) {
            ggml_tensor* node = graph->nodes[i];
            if (!is_computed(node) || !is_plain(node)) continue;
            if (node->op == GGML_OP_MUL_MAT && takes_finish(node)) fuse_product(node, i);
            if (node->op == GGML_OP_NORM && takes_weight_and_bias(node)) fuse_norm(node, i);
        }
    }
    ~Fusion() {
        for (const auto& [step, op] : left_out_) step->op = op;
        for (const auto& [tensor, source] : noted_) tensor->src[source] = nullptr;
        for (ggml_tensor* product : with_gelu_) product->op_params[kGeluParameter] = 0;
    }
    Fusion(const Fusion&) = delete;
    Fusion& operator=(const Fusion&) = delete;

private:
    struct Step {
        ggml_tensor* tensor;
        ggml_op op;
    };
    struct Note {
        ggml_tensor* tensor;
        int source;
    };

    void fuse_product(ggml_tensor* product, int index) {
        if (ggml_tensor* bias = next_operand(product, index, GGML_OP_ADD);
            bias != nullptr && is_row_for(bias, product)) {
            note(product, kBiasSource, bias, index);
        }
        if (is_gelu(next(product, index))) {
            with_gelu_.push_back(product);
            product->op_params[kGeluParameter] = 1;
            leave_out(next(product, index));
        }
        if (ggml_tensor* addend = next_operand(product, index, GGML_OP_ADD);
            addend != nullptr && is_plain(addend) && ggml_are_same_shape(addend, product)) {
            note(product, kAddendSource, addend, index);
        }
    }

    void fuse_norm(ggml_tensor* norm, int index) {
        ggml_tensor* weight = next_operand(norm, index, GGML_OP_MUL);
        if (weight == nullptr || !is_row_for(weight, norm)) return;
        note(norm, kWeightSource, weight, index);
        ggml_tensor* shift = next_operand(norm, index, GGML_OP_ADD);
        if (shift != nullptr && is_row_for(shift, norm)) note(norm, kShiftSource, shift, index);
    }

    static bool is_computed(const ggml_tensor* tensor) {
        return (tensor->flags & GGML_TENSOR_FLAG_COMPUTE) != 0;
    }

    // The step after `index`, if its result takes the place of what `tensor` and the steps that it
    // does already have made.
    ggml_tensor* next(const ggml_tensor* tensor, int index) const {
        while (++index < graph_->n_nodes) {
            ggml_tensor* step = graph_->nodes[index];
            if (ggml_op_is_empty(step->op)) continue;
            const bool takes_place = is_computed(step) && is_plain(step) &&
                                     step->data == tensor->data &&
                                     ggml_are_same_shape(step, tensor);
            return takes_place && step->src[0]->data == tensor->data ? step : nullptr;
        }
        return nullptr;
    }

    // What the next step combines the result with, if it is a step of this kind.
    ggml_tensor* next_operand(const ggml_tensor* tensor, int index, ggml_op op) const {
        const ggml_tensor* step = next(tensor, index);
        if (step == nullptr || step->op != op || overlap(step->src[1], tensor)) return nullptr;
        return step->src[1];
    }

    bool is_gelu(const ggml_tensor* step) const {
        return step != nullptr && step->op == GGML_OP_UNARY &&
               ggml_get_unary_op(step) == GGML_UNARY_OP_GELU;
    }

    void note(ggml_tensor* tensor, int source, ggml_tensor* operand, int index) {
        tensor->src[source] = operand;
        noted_.push_back({tensor, source});
        leave_out(next(tensor, index));
    }

    void leave_out(ggml_tensor* step) {
        left_out_.push_back({step, step->op});
        step->op = GGML_OP_NONE;
    }

    ggml_cgraph* graph_;
    std::vector<Step> left_out_;
    std::vector<Note> noted_;
    std::vector<ggml_tensor*> with_gelu_;
};

}  // namespace

extern "C" ggml_status ggml_graph_compute(ggml_cgraph* graph, ggml_cplan* plan) {
    if (plan->use_ref) return ggml_graph_compute_reference(graph, plan);
    const Fusion fusion(graph);
    return ggml_graph_compute_reference(graph, plan);
}
