package dev.sluice.transport.file;

import static java.nio.file.StandardOpenOption.READ;

import dev.sluice.api.Direction;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.TransportListener;
import dev.sluice.api.spi.SingleChannelListener;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;

/** The incoming side of {@code file:}. */
final class IncomingFile {
  private IncomingFile() {}

  /** Returns a listener for one channel; what cannot be read is told now, not at its accept. */
  static TransportListener listen(FileTarget target) throws IOException {
    return switch (target.kind()) {
      case REGULAR -> {
        long offset = FileScheme.OFFSET.in(target.address());
        FileChannel file = open(target, offset);
        InUse.markRead(file);
        yield new SingleChannelListener(
            target.address(), () -> channel(target, file, offset), file);
      }
      case FIFO, CHARACTER_DEVICE, BLOCK_DEVICE -> special(target);
      case ABSENT, DIRECTORY, SOCKET -> throw target.unusable();
    };
  }

  private static TransportChannel channel(FileTarget target, FileChannel file, long offset) {
    FileEnd end = new FileEnd(file, false, Publication.NONE);
    return new RegularFileChannel(target, Direction.READ, file, end, offset);
  }

  private static FileChannel open(FileTarget target, long offset) throws IOException {
    FileChannel file;
    try {
      file = FileChannel.open(target.path(), READ);
    } catch (IOException failure) {
      throw FileFailure.opening(target.description(), failure);
    }
    target.startAt(file, offset);
    return file;
  }

  private static TransportListener special(FileTarget target) throws TransportException {
    long offset = target.offsetWhereThereArePositions();
    if (!Files.isReadable(target.path())) {
      throw new TransportException(
          Kind.IO,
          "cannot open " + target.description() + ": it must not be read by this process",
          "change its permissions, or run this as another user",
          null);
    }
    return new SpecialFileListener(target, offset);
  }
}
