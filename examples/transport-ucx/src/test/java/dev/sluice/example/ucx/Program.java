package dev.sluice.example.ucx;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportListener;
import dev.sluice.api.spi.TransportContext;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Programs that tests start, because only another process can be killed. */
final class Program {
  private Program() {}

  /** Accepts, tells that it has, and tells how reading or writing for ever ended. */
  static final class Observer {
    private Observer() {}

    public static void main(String[] args) throws Exception {
      boolean reads = args[1].equals("reading");
      try (TransportListener listener = new UcxTransport().listen(address(args[0]), context())) {
        System.out.println(listener.address());
        TransportChannel channel = listener.accept().orElseThrow();
        channel.establish();
        ByteBuffer bytes = ByteBuffer.allocate(64 << 10);
        channel.read(bytes);
        System.out.println("met");
        System.out.println(reads ? endOfReading(channel, bytes) : endOfWriting(channel, bytes));
      }
    }

    private static String endOfReading(TransportChannel channel, ByteBuffer bytes)
        throws IOException {
      try {
        while (channel.read(bytes.clear()) >= 0) {}
        return "end";
      } catch (TransportException failure) {
        return failure.kind().name();
      }
    }

    private static String endOfWriting(TransportChannel channel, ByteBuffer bytes)
        throws IOException {
      try {
        while (channel.write(bytes.clear()) > 0) {}
        return "0";
      } catch (TransportException failure) {
        return failure.kind().name();
      }
    }
  }

  /** Connects, sends a byte, reads nothing, and waits for what will happen to it. */
  static final class Victim {
    private Victim() {}

    public static void main(String[] args) throws Exception {
      TransportChannel channel = new UcxTransport().connect(address(args[0]), context());
      channel.write(ByteBuffer.allocate(1));
      System.in.read();
    }
  }

  /** Tells what the provider says of its scheme. */
  static final class Availability {
    private Availability() {}

    public static void main(String[] args) throws Exception {
      System.out.println(
          new UcxTransport().schemes().getFirst().unavailability().orElse("available"));
      System.in.read();
    }
  }

  private static TransportAddress address(String text) throws TransportException {
    return TransportAddress.parse(text);
  }

  private static TransportContext context() {
    return TransportContext.defaults();
  }
}
