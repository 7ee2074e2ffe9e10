package dev.sluice.transport.rdmasim.shm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** The other side in a process of its own, which goes as far as it is told and then waits. */
final class Child {
  /** How far. */
  enum Step {
    CONNECTED,
    CONNECTING_PREPARED,
    HELLO_SENT,
    READY_RECEIVED,
    CONNECT_DONE,
    ACCEPTED,
    HELLO_RECEIVED,
    ACCEPTING_PREPARED,
    READY_SENT,
    FOLDER_LOCKED,
    /** Answers every record, spinning. */
    ECHO_SPINNING,
    /** Answers every record, sleeping. */
    ECHO_SLEEPING
  }

  private final MeetingFolder folder;

  private Child(MeetingFolder folder) {
    this.folder = folder;
  }

  static Process start(Path base, Step step) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> command =
        List.of(
            java,
            "-Xshare:auto",
            "-cp",
            System.getProperty("java.class.path"),
            Child.class.getName(),
            base.toString(),
            step.name());
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  public static void main(String[] args) throws Exception {
    new Child(MeetingFolder.open(Path.of(args[0]))).run(Step.valueOf(args[1]));
  }

  private void run(Step step) throws IOException {
    switch (step) {
      case CONNECTED -> {
        Shm.connect(folder, "a");
        stay(step);
      }
      case CONNECTING_PREPARED ->
          Handshake.connect(
              folder,
              Shm.name("a"),
              Shm.connect(folder, "a"),
              Line.offer(_ -> stay(step)),
              Deadline.after(Shm.LONG));
      case HELLO_SENT -> {
        hello();
        stay(step);
      }
      case READY_RECEIVED -> {
        hello().receive(Deadline.after(Shm.LONG));
        stay(step);
      }
      case CONNECT_DONE -> {
        Line.connect(folder, "a");
        stay(step);
      }
      case ACCEPTED -> {
        accepted();
        stay(step);
      }
      case HELLO_RECEIVED -> accept(hello -> stay(step));
      case ACCEPTING_PREPARED -> accept(_ -> Line.offer(_ -> stay(step)));
      case READY_SENT -> readySent(step);
      case FOLDER_LOCKED ->
          FolderLock.whileHeld(
              folder,
              () -> {
                stay(step);
                return true;
              });
      case ECHO_SPINNING, ECHO_SLEEPING -> echo(step);
    }
  }

  private ControlSocket hello() throws IOException {
    ControlSocket control = Shm.connect(folder, "a");
    Segment own =
        Segment.create(folder, SegmentName.of(Nonce.fresh(), SegmentName.Side.CONNECTING), bytes());
    control.send(said(own).frame(Frame.Type.HELLO), Deadline.after(Shm.LONG));
    return control;
  }

  private void readySent(Step step) throws IOException {
    ControlSocket control = accepted();
    Hello hello = Hello.in(control.receive(Deadline.after(Shm.LONG)));
    Segment.open(folder, hello.segment(), hello.byteCount()).unlink();
    SegmentName name = SegmentName.of(hello.segment().nonce(), SegmentName.Side.ACCEPTING);
    Segment own = Segment.create(folder, name, bytes());
    control.send(said(own).frame(Frame.Type.READY), Deadline.after(Shm.LONG));
    stay(step);
  }

  private static Hello said(Segment own) {
    return new Hello(0, own.name(), own.byteCount(), ByteBuffer.allocate(0));
  }

  private static long bytes() {
    return RingLayout.byteCount(Line.CAPACITY);
  }

  private void accept(Handshake.Answer answer) throws IOException {
    Handshake.accept(folder, accepted(), answer, Deadline.after(Shm.LONG));
  }

  private ControlSocket accepted() throws IOException {
    return listen().accept().orElseThrow();
  }

  private MeetingListener listen() throws IOException {
    MeetingListener listener = Shm.listen(folder, "a");
    say("listening");
    return listener;
  }

  private void echo(Step step) throws IOException {
    Line line = Line.accept(folder, listen());
    say(step.name());
    try {
      while (true) {
        long number = step == Step.ECHO_SPINNING ? line.receiveSpinning() : line.receiveSleeping();
        line.send(number, line.receivedByteCount());
      }
    } catch (IOException theOtherHasEnough) {
      line.close();
    }
  }

  private static Handshake.Offer stay(Step step) {
    say(step.name());
    try {
      int _ = System.in.read();
    } catch (IOException ended) {
      throw new IllegalStateException(ended);
    }
    System.exit(0);
    return Line.offer();
  }

  private static void say(String line) {
    System.out.println(line);
  }
}
