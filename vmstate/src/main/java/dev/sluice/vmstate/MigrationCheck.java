package dev.sluice.vmstate;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.engine.transfer.StreamCheck;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Tells whether a migration of QEMU came to its end, from the first and the last bytes of its main
 * stream. Of a further channel of multifd it tells whether its reader may leave, since a QEMU
 * before 9.0 sends an empty packet last, which the other one may not read any more. Any other
 * stream is none of its business.
 *
 * <p>A stream is one of QEMU if it starts with {@code QEVM} and the version 3, or with as much of
 * that as there is. It is complete if it ends with
 *
 * <ul>
 *   <li>the end mark and the description of the devices: {@code 00}, {@code 06}, a length of four
 *       bytes, and as many bytes of JSON; so does every migration but those of post-copy, and of
 *       machine types that leave the description out;
 *   <li>the footer of a section and the end mark: {@code 7e}, the number of the section in four
 *       bytes, {@code 00}.
 * </ul>
 *
 * Streams with neither, those of machine types 2.0 to 2.2, or with {@code suppress-vmdesc} and
 * without section footers, look cut off. The streams of COLO, which never end, and of a post-copy
 * that is resumed, which has no start, are not understood. (QEMU: {@code migration/savevm.c},
 * qemu_savevm_state_complete_precopy and save_section_footer; {@code suppress_vmdesc} in the
 * machine types.)
 *
 * <h2>Threading</h2>
 *
 * For one thread, and one stream.
 */
public final class MigrationCheck implements StreamCheck {
  private static final byte[] HEADER = {'Q', 'E', 'V', 'M', 0, 0, 0, 3};

  private static final int END_OF_STREAM = 0x00;
  private static final int DESCRIPTION = 0x06;
  private static final int FOOTER = 0x7e;

  /** Of a description: the end mark, the type, the length. Of a footer: as many, by chance. */
  private static final int LEAD_BYTES = 6;

  private static final int LENGTH_BYTES = 4;

  /**
   * A guest has some dozens of sections, or a few for each processor. The first one, 0, is that of
   * the timers and never the last; zeros behind a {@code 7e} are common in memory.
   */
  private static final int MOST_SECTIONS = 0x1fff;

  private final byte[] header = new byte[HEADER.length];
  private int headerCount;
  private long byteCount;

  /** The last bytes of the stream. */
  private byte[] last = new byte[LEAD_BYTES];

  /** Where the text begins that the stream ends with: printable ASCII, as the JSON is. */
  private long textStart;

  /**
   * What is before that, and how it begins: up to three bytes of the JSON's length may look like
   * text as well, but not its first one.
   */
  private byte[] opening = new byte[LEAD_BYTES + LENGTH_BYTES];

  private int openingCount = LEAD_BYTES;

  private final PagePackets packets = new PagePackets();

  /** Creates the check of a stream that has not begun. */
  public MigrationCheck() {}

  @Override
  public void passed(ByteBuffer part) {
    packets.passed(part);
    for (int i = 0; headerCount < HEADER.length && i < part.remaining(); i++) {
      header[headerCount++] = part.get(part.position() + i);
    }
    if (isMigration()) {
      look(part);
    }
  }

  private boolean isMigration() {
    return Arrays.equals(header, 0, headerCount, HEADER, 0, headerCount);
  }

  private void look(ByteBuffer part) {
    int size = part.remaining();
    int text = size;
    while (text > 0 && isText(at(part, text - 1))) {
      text--;
    }
    if (text > 0) {
      textStart = byteCount + text;
      opening = Arrays.copyOf(before(part, text), LEAD_BYTES + LENGTH_BYTES);
      openingCount = LEAD_BYTES;
    }
    for (int i = text; i < size && openingCount < opening.length; i++) {
      opening[openingCount++] = at(part, i);
    }
    last = before(part, size);
    byteCount += size;
  }

  /** Guest pages are text at times, but not without the header of eight bytes before each. */
  private static boolean isText(byte value) {
    return value >= ' ' && value <= '~';
  }

  /** Returns a byte of the part, or of what was before it. */
  private byte at(ByteBuffer part, int index) {
    return index >= 0 ? part.get(part.position() + index) : last[LEAD_BYTES + index];
  }

  private byte[] before(ByteBuffer part, int end) {
    byte[] bytes = new byte[LEAD_BYTES];
    for (int i = 0; i < LEAD_BYTES; i++) {
      bytes[i] = at(part, end - LEAD_BYTES + i);
    }
    return bytes;
  }

  @Override
  public void ended() throws TransportException {
    if (headerCount > 0 && isMigration() && !endsWithDescription() && !endsWithFooter()) {
      throw new TransportException(
          Kind.TRUNCATED,
          "this migration of QEMU is not complete: it ends after "
              + byteCount
              + " bytes without its end mark",
          "the sender was stopped, cancelled or killed: look at its log. The mark of machine types"
              + " 2.0 to 2.2 cannot be seen: leave the check out with them (relay --no-check)",
          null);
    }
  }

  @Override
  public boolean isSettled(long acceptedByteCount) {
    return packets.areSettled(acceptedByteCount);
  }

  private boolean endsWithDescription() {
    for (int json = LEAD_BYTES; json < openingCount; json++) {
      ByteBuffer lead = ByteBuffer.wrap(opening, json - LEAD_BYTES, LEAD_BYTES);
      if (opening[json] == '{'
          && lead.get() == END_OF_STREAM
          && lead.get() == DESCRIPTION
          && lead.getInt() == byteCount - textStart - (json - LEAD_BYTES)) {
        return true;
      }
    }
    return false;
  }

  private boolean endsWithFooter() {
    int section = ByteBuffer.wrap(last).getInt(1);
    return last[0] == FOOTER
        && section > 0
        && section <= MOST_SECTIONS
        && last[LEAD_BYTES - 1] == END_OF_STREAM;
  }
}
