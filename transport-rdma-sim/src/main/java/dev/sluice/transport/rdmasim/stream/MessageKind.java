package dev.sluice.transport.rdmasim.stream;

import org.jspecify.annotations.Nullable;

/** What a message is: the upper 3 bits of its immediate data. The lower 29 are its value. */
enum MessageKind {
  DATA(0),
  END(1),
  CREDIT(2),
  FINISHED(3),
  CLOSED(4);

  private static final int VALUE_BITS = 29;

  static final int GREATEST_VALUE = (1 << VALUE_BITS) - 1;

  /** In the order of their numbers. */
  private static final MessageKind[] ALL = values();

  private final int number;

  MessageKind(int number) {
    this.number = number;
  }

  int immediate(int value) {
    return number << VALUE_BITS | value;
  }

  /** Returns null for one of the three numbers that mean nothing. */
  static @Nullable MessageKind of(int immediate) {
    int number = immediate >>> VALUE_BITS;
    return number < ALL.length ? ALL[number] : null;
  }

  static int value(int immediate) {
    return immediate & GREATEST_VALUE;
  }
}
