package dev.sluice.transport.socket.system;

import com.google.common.base.Ascii;
import com.google.common.base.Throwables;
import java.nio.file.FileSystemException;
import org.jspecify.annotations.Nullable;

/** What the operating system says, which the JDK gives as texts only. */
public final class SystemWords {
  private SystemWords() {}

  /**
   * Returns its words as a part of a sentence; without the name of a file, which the sentence has.
   *
   * @param cause what was thrown, or what that was thrown for
   */
  public static String of(Throwable cause) {
    Throwable root = Throwables.getRootCause(cause);
    @Nullable String text =
        root instanceof FileSystemException ofFile ? ofFile.getReason() : root.getMessage();
    return text == null || text.isEmpty()
        ? root.getClass().getSimpleName()
        : Ascii.toLowerCase(text.charAt(0)) + text.substring(1);
  }
}
