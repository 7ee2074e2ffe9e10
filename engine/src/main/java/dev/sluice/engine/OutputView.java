package dev.sluice.engine;

import java.io.IOException;
import java.io.OutputStream;

/** An output as a stream, whose close finishes it. For the owner's thread. */
final class OutputView extends OutputStream {
  private final ChannelOutput output;

  OutputView(ChannelOutput output) {
    this.output = output;
  }

  @Override
  public void write(int value) throws IOException {
    output.writeByte(value);
  }

  @Override
  public void write(byte[] source, int offset, int byteCount) throws IOException {
    output.write(source, offset, byteCount);
  }

  @Override
  public void flush() throws IOException {
    output.flush();
  }

  @Override
  public void close() throws IOException {
    if (output.isOpen()) {
      try (ChannelOutput ending = output) {
        ending.finish();
      }
    }
  }
}
