package dev.sluice.transport.rdmasim.shm;

import dev.sluice.transport.rdmasim.stream.StreamHello;
import dev.sluice.transport.rdmasim.stream.StreamOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;

/**
 * A connecting side that does by hand what it should, and keeps what it should not: the files of
 * both sides.
 *
 * @param connection what it has
 * @param told what the victim said of itself
 * @param own the file that this side made
 * @param victims the file that the victim made
 */
record ManualPeer(
    SharedConnection connection, StreamHello told, FileChannel own, FileChannel victims) {
  static final StreamOptions OPTIONS = new StreamOptions(64 << 10, 4096, 4096, 128 << 10);

  static ManualPeer connect(MeetingFolder folder) throws IOException {
    Deadline deadline = Deadline.after(Shm.LONG);
    ControlSocket control = Shm.connect(folder, "a");
    SharedLayout layout = layout();
    Segment segment = segment(folder);
    FileChannel own = open(folder, segment.name());
    SharedFabric fabric = new SharedFabric("by hand", folder, segment, layout);
    StreamEnds ends = new StreamEnds(fabric, OPTIONS);
    ByteBuffer greeting = ByteBuffer.allocate(StreamEnds.GREETING_BYTE_COUNT);
    ends.greet(greeting);
    Hello hello = new Hello(0, segment.name(), layout.byteCount(), greeting);
    control.send(hello.frame(Frame.Type.HELLO), deadline);
    Hello ready = Hello.in(control.receive(deadline));
    FileChannel victims = open(folder, ready.segment());
    Segment peers = Segment.open(folder, ready.segment(), ready.byteCount());
    peers.unlink();
    fabric.attach(peers, control);
    ends.connect(ready.payload());
    control.send(new Frame(Frame.Type.GO, ByteBuffer.allocate(0)), deadline);
    segment.unlink();
    return new ManualPeer(
        new SharedConnection(fabric, ends), StreamHello.decode(ready.payload()), own, victims);
  }

  static SharedLayout layout() {
    return SharedLayout.ofChannel(StreamEnds.arenaByteCount(OPTIONS));
  }

  static Segment segment(MeetingFolder folder) throws IOException {
    SegmentName name = SegmentName.of(Nonce.fresh(), SegmentName.Side.CONNECTING);
    return Segment.create(folder, name, layout().byteCount());
  }

  private static FileChannel open(MeetingFolder folder, SegmentName name) throws IOException {
    return FileChannel.open(
        folder.file(name.toString()), StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  SharedFabric fabric() {
    return connection.fabric();
  }

  /** Ends without a word of how, which could not be written where nothing is. */
  void end() throws IOException {
    own.close();
    victims.close();
    fabric().close();
  }
}
