package dev.sluice.transport.rdmasim.virtual;

import dev.sluice.transport.rdmasim.verbs.Opcode;
import dev.sluice.transport.rdmasim.verbs.RequestHeader;

/** A request whose remote key has another tag than it was posted with, as if it were stale. */
record FlippedKey(RequestHeader original) implements RequestHeader {
  private static final int TAG_BIT = 0x80;

  @Override
  public Opcode opcode() {
    return original.opcode();
  }

  @Override
  public long byteCount() {
    return original.byteCount();
  }

  @Override
  public int remoteKey() {
    return original.remoteKey() ^ TAG_BIT;
  }

  @Override
  public long remoteOffset() {
    return original.remoteOffset();
  }

  @Override
  public int immediate() {
    return original.immediate();
  }

  @Override
  public int invalidatedKey() {
    return original.invalidatedKey() ^ TAG_BIT;
  }

  @Override
  public long compared() {
    return original.compared();
  }

  @Override
  public long operand() {
    return original.operand();
  }

  @Override
  public boolean isSolicited() {
    return original.isSolicited();
  }
}
