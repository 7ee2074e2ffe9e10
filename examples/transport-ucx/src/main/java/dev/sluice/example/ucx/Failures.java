package dev.sluice.example.ucx;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.util.concurrent.ExecutionException;

/** What failures of the layers below mean to a user. */
final class Failures {
  private Failures() {}

  /** Returns what a failure says, without the layers around it. */
  static String detail(Throwable failure) {
    Throwable told = failure;
    if (failure instanceof ExecutionException && failure.getCause() != null) {
      told = failure.getCause();
    }
    String message = told.getMessage();
    return message == null || message.isBlank() ? told.getClass().getSimpleName() : message;
  }

  /** The control connection ended, and nobody said good-bye. */
  static TransportException peerGone(String name, Throwable cause) {
    return new TransportException(
        Kind.RESET,
        name + ": the peer abandoned the channel, or its process died (" + detail(cause) + ")",
        "look at the other side's messages",
        cause);
  }

  static TransportException peerSilent(String name, long millis) {
    return new TransportException(
        Kind.RESET,
        name + ": nothing was heard of the peer for " + millis + " ms",
        "check its host and the network; peer-timeout= waits longer",
        null);
  }

  static TransportException peerClosed(String name) {
    return new TransportException(
        Kind.RESET,
        name + ": the peer has closed the channel and reads no more",
        "look at why the other side ended first",
        null);
  }

  /** UCX found no way to the peer. */
  static TransportException noWay(String name, Throwable cause) {
    return new TransportException(
        Kind.UNREACHABLE,
        name + ": UCX found no way between the two hosts: " + detail(cause),
        "give both sides a transport in common: look at UCX_TLS and UCX_NET_DEVICES of both",
        cause);
  }

  /** UCX gave up the endpoint or an operation. */
  static TransportException ucx(String name, String what, Throwable cause) {
    return new TransportException(
        Kind.RESET,
        name + ": " + what + ": " + detail(cause),
        "look at the other side's messages; UCX_LOG_LEVEL=info shows what UCX tried",
        cause);
  }

  static TransportException violation(String name, String what) {
    return new TransportException(
        Kind.IO,
        name + ": the peer broke the protocol: " + what,
        "run the same version of the transport on both sides",
        null);
  }
}
