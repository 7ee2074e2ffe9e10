package dev.sluice.cli.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class LineBoardTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final LineBoard board = new LineBoard(new PrintStream(out, true, StandardCharsets.UTF_8));

  private String written() {
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void withoutALiveLine_linesAreJustLines() {
    board.print("one");
    board.close();

    assertEquals("one\n", written());
  }

  @Test
  void liveLine_makesRoomForLines_andComesBackBelow() {
    board.draw("live");
    board.print("one");

    assertEquals("\rlive" + "\r    \r" + "one\n" + "\rlive", written());
  }

  @Test
  void shorterLiveLine_leavesNothingOfTheLongerOne() {
    board.draw("longer");
    board.draw("short");

    assertEquals("\rlonger" + "\rshort ", written());
  }

  @Test
  void liveLine_isNeverWiderThanATerminal() {
    board.draw("x".repeat(100));

    assertEquals("\r" + "x".repeat(79), written());
  }

  @Test
  void close_leavesTheStartOfAnEmptyLine() {
    board.draw("live");
    board.close();

    assertEquals("\rlive" + "\r    \r", written());
  }
}
