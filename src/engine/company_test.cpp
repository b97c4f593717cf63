#include "engine/company.h"

#include <gtest/gtest.h>

namespace corral::engine {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Company::Clock::time_point kCompanyStart{seconds(100)};

TEST(Company, NobodyIsExpectedAtFirst) {
    const Company company;
    EXPECT_EQ(company.patience(0, kCompanyStart), milliseconds(0));
    EXPECT_EQ(company.patience(1, kCompanyStart), milliseconds(0));
}

TEST(Company, ThoseWhoWereAnsweredAreExpected) {
    Company company;
    company.answered(16, milliseconds(10), kCompanyStart);
    EXPECT_EQ(company.patience(1, kCompanyStart), Company::kLull);
    EXPECT_EQ(company.patience(15, kCompanyStart + milliseconds(3)), Company::kLull);
    EXPECT_EQ(company.patience(16, kCompanyStart), milliseconds(0));
    EXPECT_EQ(company.patience(17, kCompanyStart), milliseconds(0));
}

TEST(Company, OneClientWaitsForNobody) {
    Company company;
    company.answered(1, seconds(1), kCompanyStart);
    EXPECT_EQ(company.patience(1, kCompanyStart), milliseconds(0));
}

TEST(Company, WaitsForHalfABatchAtMost) {
    Company company;
    company.answered(4, milliseconds(10), kCompanyStart);
    EXPECT_EQ(company.patience(1, kCompanyStart + milliseconds(4)), milliseconds(1));
    EXPECT_EQ(company.patience(1, kCompanyStart + milliseconds(5)), milliseconds(0));
    EXPECT_EQ(company.patience(1, kCompanyStart + seconds(5)), milliseconds(0));
    company.answered(4, milliseconds(1), kCompanyStart);
    EXPECT_EQ(company.patience(1, kCompanyStart), std::chrono::microseconds(500));
}

TEST(Company, PartOfARequestAnswersNobody) {
    Company company;
    company.answered(2, milliseconds(10), kCompanyStart);
    company.answered(0, milliseconds(10), kCompanyStart + milliseconds(10));
    EXPECT_EQ(company.patience(1, kCompanyStart + milliseconds(10)), milliseconds(0));
}

}  // namespace
}  // namespace corral::engine
