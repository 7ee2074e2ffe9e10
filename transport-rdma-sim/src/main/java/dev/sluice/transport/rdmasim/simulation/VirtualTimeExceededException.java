package dev.sluice.transport.rdmasim.simulation;

import java.io.Serial;

/** A run that would take more virtual time than a {@link Link} can count: 53 days. */
public final class VirtualTimeExceededException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  VirtualTimeExceededException() {
    super("the run takes more than 53 days of virtual time, which is what a link can count");
  }
}
