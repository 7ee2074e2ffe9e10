import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * Gives the classes of jars a class file version that the JVM's ahead-of-time cache takes. It takes
 * none below 50 (Java 6), so a library that is compiled for Java 5 is read and verified anew at
 * each start. Newer ones carry stack maps, which are computed here; nothing else changes.
 *
 * <p>The arguments are the jars; they are replaced.
 */
final class ModernClasses {
  private static final int OLDEST_CACHED = 50;

  /** Java 8: the oldest version that today's compilers still write. */
  private static final int VERSION = 52;

  private ModernClasses() {}

  public static void main(String[] jars) throws IOException {
    for (String jar : jars) {
      Path old = Path.of(jar);
      Path modern = old.resolveSibling(old.getFileName() + ".new");
      try (URLClassLoader classes = new URLClassLoader(new URL[] {old.toUri().toURL()});
          ZipInputStream in = new ZipInputStream(Files.newInputStream(old));
          ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(modern))) {
        ClassFile reader =
            ClassFile.of(
                StackMapsOption.GENERATE_STACK_MAPS,
                ClassHierarchyResolverOption.of(
                    ClassHierarchyResolver.ofResourceParsing(classes)
                        .orElse(ClassHierarchyResolver.defaultResolver())));
        for (ZipEntry entry; (entry = in.getNextEntry()) != null; ) {
          byte[] bytes = in.readAllBytes();
          ZipEntry same = new ZipEntry(entry.getName());
          same.setTimeLocal(entry.getTimeLocal());
          out.putNextEntry(same);
          out.write(entry.getName().endsWith(".class") ? modern(bytes, reader) : bytes);
        }
      }
      Files.move(modern, old, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static byte[] modern(byte[] bytes, ClassFile reader) {
    ClassModel model = reader.parse(bytes);
    if (model.majorVersion() >= OLDEST_CACHED) {
      return bytes;
    }
    ClassTransform version =
        (to, element) -> {
          if (element instanceof ClassFileVersion) {
            to.withVersion(VERSION, 0);
          } else {
            to.with(element);
          }
        };
    // Code that is passed on as it is would keep its lack of stack maps.
    return reader.transformClass(
        model, version.andThen(ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL)));
  }
}
