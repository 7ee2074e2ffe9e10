package dev.sluice.api.spi;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.ChannelInfo;
import dev.sluice.api.Direction;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/**
 * A channel that does what a test says, and keeps a log of what the base class asks of it. Without
 * word from the test, transfers move all that there is.
 */
final class FakeChannel extends AbstractTransportChannel {
  /** Moves bytes. */
  interface Body {
    long move(ByteBuffer[] buffers, int offset, int length) throws IOException;
  }

  /** Ends the channel. */
  interface Ending {
    void run(boolean completed) throws IOException;
  }

  private final List<String> log = new CopyOnWriteArrayList<>();
  private final CountDownLatch woken = new CountDownLatch(1);
  private volatile Body onRead = FakeChannel::all;
  private volatile Body onWrite = FakeChannel::all;
  private volatile Ending onRelease = completed -> {};
  private volatile Ending onStop = never -> {};
  private volatile Runnable onSetBlocking = () -> {};
  private volatile boolean delivered;

  FakeChannel(Direction direction, ChannelFeature... features) {
    super(ChannelInfo.named("fake"), direction, Set.of(features));
  }

  static FakeChannel duplex() {
    return new FakeChannel(Direction.BOTH, ChannelFeature.SHUTDOWN, ChannelFeature.NON_BLOCKING);
  }

  FakeChannel onRead(Body body) {
    onRead = body;
    return this;
  }

  FakeChannel onWrite(Body body) {
    onWrite = body;
    return this;
  }

  FakeChannel onRelease(Ending ending) {
    onRelease = ending;
    return this;
  }

  /** The argument of the ending has no meaning. */
  FakeChannel onStop(Ending stop) {
    onStop = stop;
    return this;
  }

  FakeChannel onSetBlocking(Runnable switching) {
    onSetBlocking = switching;
    return this;
  }

  /** From now on it is too late to abandon the stream. */
  void delivered() {
    delivered = true;
  }

  @Override
  protected boolean isDelivered() {
    return delivered;
  }

  /** Both directions block until the channel is abandoned or stopped, then fail. */
  FakeChannel blocking() {
    return onRead((buffers, offset, length) -> awaitWoken())
        .onWrite((buffers, offset, length) -> awaitWoken());
  }

  long awaitWoken() throws IOException {
    uninterruptibly(woken);
    throw new IOException("woken");
  }

  static void uninterruptibly(CountDownLatch latch) {
    boolean interrupted = false;
    while (true) {
      try {
        latch.await();
        break;
      } catch (InterruptedException again) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static long all(ByteBuffer[] buffers, int offset, int length) {
    long moved = 0;
    for (int i = offset; i < offset + length; i++) {
      moved += buffers[i].remaining();
      buffers[i].position(buffers[i].limit());
    }
    return moved;
  }

  List<String> log() {
    return List.copyOf(log);
  }

  int count(String entry) {
    return Collections.frequency(log, entry);
  }

  void awaitLog(String entry) {
    Background.until(() -> log.contains(entry));
  }

  @Override
  protected long readInto(ByteBuffer[] targets, int offset, int length) throws IOException {
    log.add("read");
    return onRead.move(targets, offset, length);
  }

  @Override
  protected long writeFrom(ByteBuffer[] sources, int offset, int length) throws IOException {
    log.add("write");
    return onWrite.move(sources, offset, length);
  }

  @Override
  protected void release(boolean completed) throws IOException {
    log.add("release(" + completed + ")");
    if (!completed) {
      woken.countDown();
    }
    onRelease.run(completed);
  }

  @Override
  protected void stop(Direction stopped) throws IOException {
    if (!features().contains(ChannelFeature.SHUTDOWN)) {
      super.stop(stopped);
    }
    log.add("stop(" + stopped + ")");
    woken.countDown();
    onStop.run(false);
  }

  @Override
  protected void setBlocking(boolean block) throws IOException {
    if (!features().contains(ChannelFeature.NON_BLOCKING)) {
      super.setBlocking(block);
    }
    log.add("setBlocking(" + block + ")");
    onSetBlocking.run();
  }

  @Override
  protected boolean waitUntilReadable(Duration atMost) throws IOException {
    log.add("waitUntilReadable(" + atMost + ")");
    return onRead.move(new ByteBuffer[0], 0, 0) != 0;
  }

  @Override
  protected boolean waitUntilWritable(Duration atMost) throws IOException {
    log.add("waitUntilWritable(" + atMost + ")");
    return onWrite.move(new ByteBuffer[0], 0, 0) != 0;
  }
}
