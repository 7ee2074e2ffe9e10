package dev.sluice.tck.broken;

import dev.sluice.api.TransportChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Each channel leaves an open file behind, until the defect is closed. */
final class LeakedDescriptors implements Defect {
  private final Queue<FileChannel> files = new ConcurrentLinkedQueue<>();

  @Override
  public TransportChannel in(TransportChannel sound, End end) {
    try {
      files.add(FileChannel.open(Path.of("/dev/null"), StandardOpenOption.READ));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    return sound;
  }

  @Override
  public void close() throws IOException {
    for (FileChannel file : files) {
      file.close();
    }
  }
}
