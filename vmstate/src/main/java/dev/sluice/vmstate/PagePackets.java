package dev.sluice.vmstate;

import java.nio.ByteBuffer;

/**
 * The packets of one further channel of QEMU's multifd: a hello, then packets of a head, the
 * offsets of pages, and the pages.
 *
 * <p>A packet may say SYNC: the reader waits there until the main stream has come as far, and the
 * main stream does not end before. What is empty and comes behind, tells nothing. That is so before
 * 9.0; of the channels of later ones nothing is said, whose SYNC does not even tell how many
 * offsets it has. (QEMU: {@code migration/multifd.h}, MultiFDInit_t and MultiFDPacket_t; before
 * 9.0, {@code multifd_send_sync_main} lets a packet with pages say SYNC if one is waiting to be
 * sent, and the one meant for that goes without.)
 *
 * <h2>Threading</h2>
 *
 * For one thread, and one channel.
 */
final class PagePackets {
  private static final int MAGIC = 0x11223344;
  private static final int VERSION = 1;

  private static final int HELLO_BYTES = 64;

  /** Of a packet without its offsets, of eight bytes each. */
  private static final int PACKET_BYTES = 320;

  /** As much of either as is looked at: from the magic to the number of zero pages. */
  private static final int HEAD_BYTES = 36;

  private static final int FLAGS = 8;
  private static final int OFFSET_COUNT = 12;
  private static final int PAGE_COUNT = 16;
  private static final int PAGES_BYTES = 20;

  /** Since 9.0; reserved before, and 0. */
  private static final int ZERO_PAGE_COUNT = 32;

  private static final int SYNC = 0x01;

  /** Since 10.0: the state of a device, in a packet of another shape. */
  private static final int DEVICE_STATE = 0x40;

  private final ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES);

  /** Of all that has passed. */
  private long byteCount;

  /** Where the last packet that says SYNC ends, in bytes from the start. */
  private long syncEnd;

  /** What still comes of the packet whose head was seen. */
  private long restBytes;

  private boolean greeted;

  /** Another stream, or a packet that is not known: nothing is said of it. */
  private boolean foreign;

  /** No page came behind the last SYNC. */
  private boolean synced;

  /** The last packet has neither pages nor SYNC. */
  private boolean empty;

  /** Sees the next bytes of the channel, and leaves the part as it is. */
  void passed(ByteBuffer part) {
    int at = part.position();
    while (at < part.limit() && !foreign) {
      if (restBytes > 0) {
        int step = (int) Math.min(restBytes, part.limit() - at);
        restBytes -= step;
        byteCount += step;
        at += step;
      } else {
        head.put(part.get(at++));
        byteCount++;
        if (!head.hasRemaining()) {
          look();
          head.clear();
        }
      }
    }
  }

  private void look() {
    if (head.getInt(0) != MAGIC || head.getInt(Integer.BYTES) != VERSION) {
      foreign = true;
    } else if (!greeted) {
      greeted = true;
      restBytes = HELLO_BYTES - HEAD_BYTES;
    } else if ((head.getInt(FLAGS) & DEVICE_STATE) != 0) {
      foreign = true;
    } else {
      lookAtPacket();
    }
  }

  private void lookAtPacket() {
    // What an empty packet says of its pages' bytes is left over from one before.
    boolean hasPages = head.getInt(PAGE_COUNT) != 0;
    boolean hasZeroPages = head.getInt(ZERO_PAGE_COUNT) != 0;
    boolean sync = (head.getInt(FLAGS) & SYNC) != 0;
    restBytes =
        PACKET_BYTES
            - HEAD_BYTES
            + Long.BYTES * Integer.toUnsignedLong(head.getInt(OFFSET_COUNT))
            + (hasPages ? Integer.toUnsignedLong(head.getInt(PAGES_BYTES)) : 0);
    empty = !hasPages && !hasZeroPages && !sync;
    synced = sync || (synced && empty);
    if (sync) {
      syncEnd = byteCount + restBytes;
    }
  }

  /**
   * Returns whether the last packet, or as much of it as has passed, is empty, and a SYNC covers
   * all pages before, of which none is behind the bytes that were accepted.
   */
  boolean areSettled(long acceptedByteCount) {
    boolean betweenHeads = head.position() == 0;
    return !foreign && betweenHeads && empty && synced && acceptedByteCount >= syncEnd;
  }
}
