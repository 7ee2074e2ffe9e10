package dev.sluice.transport.file;

import dev.sluice.api.ChannelInfo;
import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.spi.Option;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a {@code file:} address leads to, as found when it was looked at.
 *
 * @param address with an absolute path
 * @param path absolute
 * @param kind the type of the file
 */
record FileTarget(TransportAddress address, Path path, FileKind kind) {

  /**
   * Looks at the target of an address.
   *
   * @throws TransportException of kind ADDRESS if it is no path, IO if it cannot be looked at
   */
  static FileTarget of(TransportAddress address) throws IOException {
    if (address.target().isEmpty()) {
      throw new TransportException(
          Kind.ADDRESS, "'" + address + "' names no file", "write file:PATH", null);
    }
    Path path;
    try {
      path = Path.of(address.target()).toAbsolutePath();
    } catch (InvalidPathException invalid) {
      throw new TransportException(
          Kind.ADDRESS,
          "'" + address.target() + "' is not a path: " + invalid.getReason(),
          "if it holds other letters than a-z, set LC_ALL=C.UTF-8",
          invalid);
    }
    FileKind kind;
    try {
      kind = FileKind.of(path);
    } catch (IOException failure) {
      throw FileFailure.opening("file " + path, failure);
    }
    if (kind == FileKind.ABSENT && address.target().endsWith("/")) {
      throw new TransportException(
          Kind.IO,
          "'" + address.target() + "' names a folder, and there is none",
          "name a file",
          null);
    }
    return new FileTarget(address.withTarget(path.toString()), path, kind);
  }

  /** Returns the target for a message, such as {@code FIFO /run/m.fifo}. */
  String description() {
    return kind.noun() + " " + path;
  }

  /** Returns what a channel to it tells about itself. */
  ChannelInfo info() {
    return ChannelInfo.named(TransportAddress.of("file", path.toString()).toString())
        .between(Optional.empty(), Optional.of(address));
  }

  /** Returns the failure for a target that no channel can be opened to. */
  TransportException unusable() {
    String hint =
        switch (kind) {
          case DIRECTORY -> "name a file in it";
          case SOCKET -> "connect to it with unix:" + path;
          default -> "name an existing file";
        };
    String problem =
        kind == FileKind.ABSENT
            ? "there is no file " + path
            : path + " is a " + kind.noun() + ", which cannot be opened as a file";
    Kind why = kind == FileKind.ABSENT ? Kind.UNREACHABLE : Kind.IO;
    return new TransportException(why, problem, hint, null);
  }

  /**
   * Returns the offset of the address.
   *
   * @throws TransportException of kind ADDRESS if there is one and the target has no positions
   */
  long offsetWhereThereArePositions() throws TransportException {
    long offset = FileScheme.OFFSET.in(address);
    if (offset > 0 && !kind.keepsBytes()) {
      throw pointless(FileScheme.OFFSET, "which has no positions");
    }
    return offset;
  }

  /** Moves to the offset; closes the file if it is past the end. */
  void startAt(FileChannel file, long offset) throws IOException {
    try {
      if (offset > file.size()) {
        throw new TransportException(
            Kind.IO,
            description() + " has " + file.size() + " bytes: offset=" + offset + " is past its end",
            "choose an offset of at most " + file.size(),
            null);
      }
      file.position(offset);
    } catch (IOException failure) {
      file.close();
      throw failure;
    }
  }

  /**
   * Checks that the address does not ask for permissions.
   *
   * @throws TransportException of kind ADDRESS if it does
   */
  void requireNoMode() throws TransportException {
    if (FileScheme.MODE.given(address).isPresent()) {
      throw pointless(FileScheme.MODE, "whose permissions are not ours to change");
    }
  }

  private TransportException pointless(Option<?> option, String why) {
    return new TransportException(
        Kind.ADDRESS,
        "option "
            + option.key()
            + " of '"
            + address
            + "': "
            + path
            + " is a "
            + kind.noun()
            + ", "
            + why,
        "leave " + option.key() + " out",
        null);
  }
}
