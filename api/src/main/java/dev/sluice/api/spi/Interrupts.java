package dev.sluice.api.spi;

import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.spi.AbstractInterruptibleChannel;

/**
 * NIO's protocol for interrupts, which only a subclass of the JDK's own base class can take part
 * in. Serves one thread at a time.
 */
abstract class Interrupts extends AbstractInterruptibleChannel {
  void enter() {
    begin();
  }

  void exit(boolean completed) throws AsynchronousCloseException {
    if (!completed) {
      // Looks at the interrupt status once more: a JDK channel inside this one takes our place as
      // the one to be told, and other waits wake before we are told.
      begin();
    }
    end(completed);
  }

  void markClosed() {
    try {
      close();
    } catch (IOException never) {
      throw new AssertionError(never);
    }
  }

  /**
   * Ends the channel. Called once, by {@link #markClosed} or by the thread that interrupts one
   * between enter and exit.
   */
  @Override
  protected abstract void implCloseChannel();
}
