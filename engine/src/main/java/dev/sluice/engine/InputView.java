package dev.sluice.engine;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** An input as a stream. For the owner's thread. */
final class InputView extends InputStream {
  private final ChannelInput input;

  InputView(ChannelInput input) {
    this.input = input;
  }

  @Override
  public int read() throws IOException {
    return input.atEnd() ? -1 : input.readUnsignedByte();
  }

  @Override
  public int read(byte[] target, int offset, int byteCount) throws IOException {
    return input.read(ByteBuffer.wrap(target, offset, byteCount));
  }

  @Override
  public int available() {
    return input.limit - input.next;
  }

  @Override
  public void close() throws IOException {
    input.close();
  }
}
