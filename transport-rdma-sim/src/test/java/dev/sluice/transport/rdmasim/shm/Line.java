package dev.sluice.transport.rdmasim.shm;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;

/** A ring each way over a connection: the least that can be built on this package. */
final class Line implements Closeable {
  static final int CAPACITY = 1 << 16;

  private final Handshake.Established established;
  private final RingProducer producer;
  private final RingConsumer consumer;
  private final Doorbell bell;
  private final Waiting waiting;
  private int receivedByteCount;

  private Line(ControlSocket control, Handshake.Established established) {
    this.established = established;
    this.bell = new Doorbell(control);
    this.waiting = new Waiting(bell);
    this.producer = new RingProducer(new RingLayout(established.own().memory(), 0, CAPACITY));
    this.consumer = new RingConsumer(new RingLayout(established.peers().memory(), 0, CAPACITY));
  }

  static Handshake.Offer offer() {
    return offer(_ -> {});
  }

  static Handshake.Offer offer(Handshake.Preparation preparation) {
    return new Handshake.Offer(
        RingLayout.byteCount(CAPACITY), 0, ByteBuffer.allocate(0), preparation);
  }

  static Line connect(MeetingFolder folder, String name) throws IOException {
    ControlSocket control = Shm.connect(folder, name);
    return new Line(
        control,
        Handshake.connect(folder, Shm.name(name), control, offer(), Deadline.after(Shm.LONG)));
  }

  static Line accept(MeetingFolder folder, MeetingListener listener) throws IOException {
    ControlSocket control = listener.accept().orElseThrow();
    return new Line(
        control, Handshake.accept(folder, control, _ -> offer(), Deadline.after(Shm.LONG)));
  }

  Doorbell bell() {
    return bell;
  }

  /** Sends a record that begins with a number; the ring must have room. */
  void send(long number, int byteCount) throws IOException {
    long at = producer.claim(byteCount);
    established.own().memory().set(ValueLayout.JAVA_LONG, at, number);
    producer.commit(1);
    producer.publish();
    waiting.ringIfArmed(producer.layout().consumerArmed());
  }

  /** Receives a record by spinning. */
  long receiveSpinning() throws IOException {
    for (int spinCount = 1; consumer.peek() == RingConsumer.EMPTY; spinCount++) {
      Thread.onSpinWait();
      if (spinCount % 100_000 == 0 && bell.look()) {
        throw new IOException("the peer has gone");
      }
    }
    return take();
  }

  /** Receives a record as a user does. */
  long receive() throws IOException {
    if (!waiting.await(this::hasRecord, armed(), Shm.LONG.toNanos())) {
      throw new IOException("no record" + (bell.isPeerGone() ? "; the peer has gone" : ""));
    }
    return take();
  }

  /** Receives a record without spinning. */
  long receiveSleeping() throws IOException {
    if (!waiting.sleep(this::hasRecord, armed(), Shm.LONG.toNanos())) {
      throw new IOException("no record" + (bell.isPeerGone() ? "; the peer has gone" : ""));
    }
    return take();
  }

  /** Returns how long the last record was. */
  int receivedByteCount() {
    return receivedByteCount;
  }

  boolean awaitRecord(long atMostNanos) throws IOException {
    return waiting.await(this::hasRecord, armed(), atMostNanos);
  }

  private boolean hasRecord() throws ProtocolViolation {
    return consumer.peek() != RingConsumer.EMPTY;
  }

  private SharedCounter armed() {
    return consumer.layout().consumerArmed();
  }

  private long take() throws IOException {
    long at = consumer.peek();
    MemorySegment memory = established.peers().memory();
    receivedByteCount = consumer.byteCount();
    long number = memory.get(ValueLayout.JAVA_LONG, at);
    consumer.advance();
    consumer.release();
    return number;
  }

  @Override
  public void close() throws IOException {
    bell.close();
    established.own().close();
    established.peers().close();
  }
}
