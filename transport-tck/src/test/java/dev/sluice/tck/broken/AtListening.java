package dev.sluice.tck.broken;

import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportListener;
import java.io.IOException;

/** A defect of listeners; the channels are right. */
final class AtListening implements Defect {
  /** Makes a listener worse. */
  @FunctionalInterface
  interface Change {
    TransportListener of(TransportListener sound) throws IOException;
  }

  private final Change change;

  AtListening(Change change) {
    this.change = change;
  }

  @Override
  public TransportListener at(TransportListener sound) throws IOException {
    return change.of(sound);
  }

  @Override
  public TransportChannel in(TransportChannel sound, End end) {
    return sound;
  }
}
