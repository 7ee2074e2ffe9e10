package dev.sluice.transport.file;

import dev.sluice.tck.TransportContractTest;
import dev.sluice.tck.fixture.TransportFixture;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The rules of the channel contract, for FIFOs. */
class FifoContractTest extends TransportContractTest {
  private static final String NAME = "fifo";

  @Override
  protected TransportFixture fixture() {
    return TransportFixture.of(new FileTransport(), "file:{dir}/" + NAME)
        .prepared(FifoContractTest::makeFifo)
        .shared();
  }

  private static void makeFifo(Path folder) throws IOException {
    Path fifo = folder.resolve(NAME);
    if (Files.exists(fifo)) {
      return;
    }
    try {
      Endpoints.mkfifo(fifo);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException().initCause(interrupted);
    }
  }
}
