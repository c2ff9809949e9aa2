#include "base/waiting_line.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <optional>
#include <stdexcept>
#include <thread>
#include <vector>

namespace ca {
namespace {

/// "turn" when there was one, else the code of the error.
std::string enter(WaitingLine& line, const Cancellation& cancellation = {}) {
  try {
    const WaitingLine::Turn turn = line.enter(cancellation);
    return "turn";
  } catch (const Error& error) {
    return error.code();
  }
}

/// Returns when so many wait.
void until_waiting(const WaitingLine& line, std::size_t count) {
  while (line.waiting() != count) std::this_thread::yield();
}

TEST(WaitingLine, IsEnteredAgainAfterTheTurn) {
  WaitingLine line(0);
  EXPECT_EQ(enter(line), "turn");
  EXPECT_EQ(enter(line), "turn");
  EXPECT_EQ(line.waiting(), 0U);
}

TEST(WaitingLine, AFullOneTurnsAwayAtOnce) {
  WaitingLine line(1);
  std::optional<WaitingLine::Turn> turn(line.enter({}));
  std::thread waiter([&] { EXPECT_EQ(enter(line), "turn"); });
  until_waiting(line, 1);
  EXPECT_EQ(enter(line), "E-BUSY");
  EXPECT_EQ(line.waiting(), 1U);  // who was turned away takes no place
  turn.reset();
  waiter.join();
  EXPECT_EQ(enter(line), "turn");

  WaitingLine without_places(0);
  const WaitingLine::Turn only = without_places.enter({});
  EXPECT_EQ(enter(without_places), "E-BUSY");
}

TEST(WaitingLine, OneAtATimeIsAtWorkAndEverybodyGetsATurn) {
  WaitingLine line(8);
  std::atomic<int> inside{0};
  std::atomic<int> turns{0};
  std::vector<std::thread> threads;
  std::optional<WaitingLine::Turn> first(line.enter({}));
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      const WaitingLine::Turn turn = line.enter({});
      EXPECT_EQ(inside.fetch_add(1), 0);
      std::this_thread::yield();
      --inside;
      ++turns;
    });
  }
  until_waiting(line, 8);
  EXPECT_EQ(turns, 0);
  first.reset();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(turns, 8);
  EXPECT_EQ(line.waiting(), 0U);
}

TEST(WaitingLine, WhoIsCancelledLeavesAndTheOthersStay) {
  WaitingLine line(2);
  std::optional<WaitingLine::Turn> turn(line.enter({}));
  Cancellation cancellation;
  auto cancelled = std::async(std::launch::async, [&] { return enter(line, cancellation); });
  auto patient = std::async(std::launch::async, [&] { return enter(line); });
  until_waiting(line, 2);
  cancellation.cancel();
  EXPECT_EQ(cancelled.get(), "E-CANCELLED");  // while the turn of another lasts
  EXPECT_EQ(line.waiting(), 1U);
  turn.reset();
  EXPECT_EQ(patient.get(), "turn");
}

TEST(WaitingLine, WhoIsCancelledBeforeGetsNoTurnAndTakesNone) {
  WaitingLine line(1);
  Cancellation cancellation;
  cancellation.cancel();
  EXPECT_EQ(enter(line, cancellation), "E-CANCELLED");
  EXPECT_EQ(line.waiting(), 0U);
  EXPECT_EQ(enter(line), "turn");
}

TEST(WaitingLine, ATurnEndsWithAnExceptionToo) {
  WaitingLine line(0);
  EXPECT_THROW(
      {
        const WaitingLine::Turn turn = line.enter({});
        throw std::runtime_error("work");
      },
      std::runtime_error);
  EXPECT_EQ(enter(line), "turn");
}

TEST(WaitingLine, ATurnThatIsMovedEndsOnce) {
  WaitingLine line(0);
  {
    std::optional<WaitingLine::Turn> from(line.enter({}));
    const WaitingLine::Turn to = std::move(*from);
    from.reset();  // has nothing to end
    EXPECT_EQ(enter(line), "E-BUSY");
  }
  EXPECT_EQ(enter(line), "turn");
}

}  // namespace
}  // namespace ca
