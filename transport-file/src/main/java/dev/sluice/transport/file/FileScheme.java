package dev.sluice.transport.file;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.spi.Option;
import dev.sluice.api.spi.Scheme;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/** What a {@code file:} address may say; the source of its help and documentation. */
final class FileScheme {
  static final Option<Long> OFFSET =
      Option.byteCount(
          "offset",
          "0",
          "where the stream starts in the file. Outgoing, more than 0 means in-place=on:"
              + " what lies before stays, the file is cut off there");

  static final Option<Boolean> IN_PLACE =
      Option.flag(
              "in-place",
              false,
              "write into the file itself, cut off at the offset when it is opened, instead of"
                  + " replacing it at the end; a stream that is abandoned leaves what had been"
                  + " written")
          .whenConnecting();

  static final Option<Boolean> FSYNC =
      Option.flag(
              "fsync",
              true,
              "wait until the file, and its name in the folder, are on the disk before the end"
                  + " counts as success")
          .whenConnecting();

  static final Option<Set<PosixFilePermission>> MODE =
      Option.octalMode(
              "mode",
              "0600",
              "permissions of the file, whatever the umask says; guest memory is private, so the"
                  + " default is the owner alone. Not given: a file that is there keeps its own")
          .whenConnecting();

  static final Scheme SCHEME =
      Scheme.named("file")
          .target("PATH")
          .doc(
              "A file, FIFO or device. Outgoing, a file appears under its name only when it is"
                  + " complete: until then it is '"
                  + PartName.PATTERN
                  + "' in the same folder, and it stays there if the process is killed. A symbolic"
                  + " link is followed, and the file it names is replaced. FIFOs and devices are"
                  + " written in place; a FIFO nobody opens counts as unreachable after the"
                  + " connect time-out, and an incoming one waits for a writer.")
          .mayHave(ChannelFeature.SEEKABLE)
          .options(OFFSET, IN_PLACE, FSYNC, MODE)
          .loopback("file:{dir}/loopback.mig")
          .build();

  private FileScheme() {}
}
