package dev.sluice.tck.fault;

import static java.util.Objects.requireNonNull;

import java.io.IOException;

/** What a {@link FaultyChannel} does with a call. */
public sealed interface Action {
  /** Forwards the call as it is. */
  record Proceed() implements Action {}

  /**
   * Lets a transfer move some bytes at most; other operations proceed.
   *
   * @param byteCount at least 1
   */
  record AtMost(long byteCount) implements Action {
    /** Checks the number. */
    public AtMost {
      if (byteCount < 1) {
        throw new IllegalArgumentException("at most " + byteCount + " bytes is not a transfer");
      }
    }
  }

  /**
   * Throws; the call does not reach the channel. A {@code close} that fails aborts the channel, as
   * the contract has it.
   *
   * @param failure an {@link IOException} or a {@link RuntimeException}
   */
  record Fail(Exception failure) implements Action {
    /** Checks the exception. */
    public Fail {
      requireThrowable(failure);
    }
  }

  /**
   * Really does what was asked, as far as {@code byteCount}, and throws all the same: the case in
   * which the caller cannot know what was done. A transfer moves so many bytes, or fewer at the end
   * of the stream; every other operation is done whole.
   *
   * @param byteCount how many bytes a transfer moves, 0 or more
   * @param failure an {@link IOException} or a {@link RuntimeException}
   */
  record FailAfter(long byteCount, Exception failure) implements Action {
    /** Checks the components. */
    public FailAfter {
      requireThrowable(failure);
      if (byteCount < 0) {
        throw new IllegalArgumentException("fail after " + byteCount + " bytes");
      }
    }
  }

  /** Makes a read give -1; the channel is not touched. Other operations proceed. */
  record EndOfStream() implements Action {}

  /**
   * Makes a transfer return 0; the channel is not touched. Other operations proceed. A violation of
   * the contract on a channel that blocks: for tests of those who check for it.
   */
  record MoveNothing() implements Action {}

  /** Returns a {@link Proceed}. */
  static Action proceed() {
    return new Proceed();
  }

  /**
   * Returns an {@link AtMost}.
   *
   * @param byteCount at least 1
   */
  static Action atMost(long byteCount) {
    return new AtMost(byteCount);
  }

  /**
   * Returns a {@link Fail}.
   *
   * @param failure an {@link IOException} or a {@link RuntimeException}; a new one for each call
   */
  static Action fail(Exception failure) {
    return new Fail(failure);
  }

  /**
   * Returns a {@link FailAfter}.
   *
   * @param byteCount how many bytes are moved first
   * @param failure an {@link IOException} or a {@link RuntimeException}; a new one for each call
   */
  static Action failAfter(long byteCount, Exception failure) {
    return new FailAfter(byteCount, failure);
  }

  /** Returns an {@link EndOfStream}. */
  static Action endOfStream() {
    return new EndOfStream();
  }

  /** Returns a {@link MoveNothing}. */
  static Action moveNothing() {
    return new MoveNothing();
  }

  private static void requireThrowable(Exception failure) {
    requireNonNull(failure, "failure");
    if (!(failure instanceof IOException || failure instanceof RuntimeException)) {
      throw new IllegalArgumentException("no channel throws a " + failure.getClass().getName());
    }
  }
}
