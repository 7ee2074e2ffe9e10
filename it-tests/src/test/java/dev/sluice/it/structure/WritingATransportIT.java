package dev.sluice.it.structure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.support.Bytes;
import dev.sluice.it.support.Command;
import dev.sluice.it.support.Mode;
import dev.sluice.it.support.Project;
import dev.sluice.it.support.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whoever does what {@code docs/writing-a-transport.md} shows gets a transport that works. */
class WritingATransportIT {
  /** A line with a file's name, then the file. */
  private static final Pattern FILE =
      Pattern.compile("(?ms)^`([\\w./-]+)`:\\n\\n```\\w+\\n(.*?)^```$");

  private static final Duration LIMIT = Duration.ofSeconds(40);

  private static AuthorProject project;

  @TempDir Path folder;

  @BeforeAll
  @Timeout(360)
  static void build() throws Exception {
    project = AuthorProject.empty("writing-a-transport");
    SequencedMap<String, String> files = files();
    for (String name : files.keySet()) {
      project.add(name, String.valueOf(files.get(name)));
    }
    project.verify();
  }

  private static SequencedMap<String, String> files() throws IOException {
    Matcher found = FILE.matcher(page());
    SequencedMap<String, String> files = new TreeMap<>();
    while (found.find()) {
      files.put(found.group(1), found.group(2));
    }
    return files;
  }

  private static String page() throws IOException {
    return Files.readString(Project.root().resolve("docs/writing-a-transport.md"));
  }

  @Test
  void page_showsEveryFile_andNoOtherCode() throws IOException {
    long shown = page().lines().filter(line -> line.matches("```(xml|java|text)")).count();

    assertEquals(shown, files().size());
    assertTrue(files().containsKey("pom.xml"), files()::toString);
  }

  @Test
  void page_isOfThisVersion() throws IOException {
    assertTrue(
        page().contains("<sluice.version>" + Project.version() + "</sluice.version>"),
        "the page names another version than " + Project.version());
  }

  @Test
  void transport_passesTheKit() throws IOException {
    project.assertPassedTheKit("GuestContractTest", 60);
  }

  @ParameterizedTest
  @EnumSource
  void copy_goesThroughIt(PathsIT.Start start) throws Exception {
    Path in = Bytes.file(folder.resolve("in"), 3_000_001);
    Path out = folder.resolve("out");
    try (Running receiver =
        start
            .command(project.jars(), "copy", "acme.guest:127.0.0.1:0,name=vm1", "file:" + out)
            .start()) {
      start
          .command(project.jars(), "copy", "file:" + in, receiver.awaitListening())
          .run()
          .copied(Mode.PLAIN, 3_000_001);
      receiver.await(LIMIT).copied(Mode.PLAIN, 3_000_001);
    }
    Bytes.assertSame(in, out);
  }

  /** With the umask that makes a difference to plugins. */
  @Test
  void copy_goesThroughIt_fromThePluginFolderThatThePageMakes() throws Exception {
    Path home =
        Files.createDirectory(
            folder.resolve("home"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Command.of("sh", "-ec", "umask 002; cd \"$1\"\n" + installation(), "sh")
        .plus(project.folder().toString())
        .under("env", "HOME=" + home)
        .run()
        .succeeded();
    String plugins = "--plugins=" + home.resolve("sluice-plugins");
    Path in = Bytes.file(folder.resolve("in"), 3_000_001);
    Path out = folder.resolve("out");

    Command.sluice(plugins, "transports", "acme.guest").run().succeeded();
    try (Running receiver =
        Command.sluice(plugins, "copy", "acme.guest:127.0.0.1:0,name=vm1", "file:" + out).start()) {
      Command.sluice(plugins, "copy", "file:" + in, receiver.awaitListening())
          .run()
          .copied(Mode.PLAIN, 3_000_001);
      receiver.await(LIMIT).copied(Mode.PLAIN, 3_000_001);
    }
    Bytes.assertSame(in, out);
  }

  /** Returns the commands of section 6 that come before those of Sluice. */
  private static String installation() throws IOException {
    Matcher shown = Pattern.compile("(?ms)^## 6\\. .*?^```sh\\n(.*?)^```$").matcher(page());
    assertTrue(shown.find(), "no commands in section 6");
    return shown
        .group(1)
        .lines()
        .filter(line -> !line.startsWith("sluice "))
        .collect(Collectors.joining("\n"));
  }

  @Test
  void copy_ofAnotherGuest_isRefused() throws Exception {
    Path in = Bytes.file(folder.resolve("in"), 1_000);
    Path out = folder.resolve("out");
    PathsIT.Start start = PathsIT.Start.MODULE_PATH;
    try (Running receiver =
        start
            .command(project.jars(), "copy", "acme.guest:127.0.0.1:0,name=vm1", "file:" + out)
            .start()) {
      String other = receiver.awaitListening().replace("name=vm1", "name=vm2");
      start
          .command(project.jars(), "copy", "file:" + in, other)
          .run()
          .failed(Mode.PLAIN, 6, "acme.guest:127.0.0.1");
      receiver.await(LIMIT).failed(Mode.PLAIN, 4, "vm1", "vm2");
    }
    assertTrue(Files.notExists(out), "a file of the wrong guest");
  }
}
