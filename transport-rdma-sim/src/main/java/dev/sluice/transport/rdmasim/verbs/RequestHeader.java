package dev.sluice.transport.rdmasim.verbs;

/** What a responder is told of a request before its bytes. */
public interface RequestHeader {
  /** Returns what is asked for; never {@link Opcode#LOCAL_INVALIDATE}. */
  Opcode opcode();

  /** Returns the number of bytes of the whole message, or that are to be read. */
  long byteCount();

  /** Returns the key of the responder's region. */
  int remoteKey();

  /** Returns where in that region, in bytes. */
  long remoteOffset();

  /** Returns the data beside the bytes. */
  int immediate();

  /** Returns the key to withdraw. */
  int invalidatedKey();

  /** Returns what a compare and swap expects. */
  long compared();

  /** Returns what a compare and swap puts, or a fetch and add adds. */
  long operand();

  /** Returns whether it wakes one who waits for solicited completions only. */
  boolean isSolicited();
}
