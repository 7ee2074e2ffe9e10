package dev.sluice.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file to a socket with the JDK alone: the least that a JVM has to do. */
final class BareTransferTo {
  private BareTransferTo() {}

  /** Sends the file {@code args[0]} to the loopback port {@code args[1]}. */
  public static void main(String[] args) throws IOException {
    try (FileChannel file = FileChannel.open(Path.of(args[0]), StandardOpenOption.READ);
        SocketChannel socket =
            SocketChannel.open(
                new InetSocketAddress(
                    InetAddress.getLoopbackAddress(), Integer.parseInt(args[1])))) {
      long size = file.size();
      for (long done = 0; done < size; ) {
        done += file.transferTo(done, size - done, socket);
      }
    }
  }
}
