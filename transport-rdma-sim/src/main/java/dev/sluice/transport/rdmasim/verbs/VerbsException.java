package dev.sluice.transport.rdmasim.verbs;

import java.io.IOException;
import java.io.Serial;

/** A verb that was refused on the spot. What fails later is told by a completion instead. */
public final class VerbsException extends IOException {
  @Serial private static final long serialVersionUID = 1;

  /** Why, in the words of verbs' error numbers. */
  public enum Reason {
    /** EINVAL: an argument, or the state of the object, does not allow it. */
    INVALID,
    /** ENOMEM: a queue is full, or a limit of the device is reached. */
    FULL,
    /** EBUSY: something else still uses the object. */
    BUSY
  }

  /** Why. */
  private final Reason reason;

  /** Of a list. */
  private final int postedCount;

  private VerbsException(Reason reason, String message, int postedCount) {
    super(message);
    this.reason = reason;
    this.postedCount = postedCount;
  }

  /** Returns how many requests of a list were posted before the one that was refused. */
  public int postedCount() {
    return postedCount;
  }

  VerbsException after(int requestCount) {
    VerbsException same = new VerbsException(reason, String.valueOf(getMessage()), requestCount);
    same.initCause(this);
    return same;
  }

  /** Returns why. */
  public Reason reason() {
    return reason;
  }

  static VerbsException invalid(String message) {
    return new VerbsException(Reason.INVALID, message, 0);
  }

  static VerbsException full(String message) {
    return new VerbsException(Reason.FULL, message, 0);
  }

  static VerbsException busy(String message) {
    return new VerbsException(Reason.BUSY, message, 0);
  }
}
