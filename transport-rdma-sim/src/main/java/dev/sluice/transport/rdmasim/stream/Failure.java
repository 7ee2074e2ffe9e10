package dev.sluice.transport.rdmasim.stream;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.transport.rdmasim.verbs.QueuePair;
import dev.sluice.transport.rdmasim.verbs.WorkCompletion;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Why a stream failed, for as many exceptions as calls are made. */
record Failure(Kind kind, String message, @Nullable String hint, @Nullable IOException cause) {
  static Failure broken(QueuePair queuePair, WorkCompletion completion) {
    return new Failure(
        Kind.RESET,
        "the connection broke: " + queuePair + " told of \"" + completion.status() + "\"",
        null,
        null);
  }

  static Failure broken(QueuePair queuePair) {
    return new Failure(Kind.RESET, "the connection broke: " + queuePair, null, null);
  }

  static Failure violation(QueuePair queuePair, String what) {
    return new Failure(
        Kind.IO,
        "the peer broke the stream's protocol at " + queuePair + ": " + what,
        "both ends must be of releases that fit together; if they are, please report it",
        null);
  }

  static Failure refused(QueuePair queuePair, IOException cause) {
    return new Failure(
        Kind.IO, queuePair + " refused a request: " + cause.getMessage(), null, cause);
  }

  static Failure closed(QueuePair queuePair) {
    return new Failure(
        Kind.CANCELLED, "the stream over " + queuePair + " was closed here", null, null);
  }

  TransportException exception() {
    return new TransportException(kind, message, hint, cause);
  }
}
