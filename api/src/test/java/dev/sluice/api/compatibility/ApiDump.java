package dev.sluice.api.compatibility;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toCollection;

import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What somebody else's code can see of some classes, as text: the name of each type, and below it,
 * indented, a line for each thing that the type offers, and for each restriction that it puts on
 * others. What is offered must stay, and restrictions may only go.
 *
 * @param types the lines of each type, by the type's name
 */
record ApiDump(SortedMap<String, SortedSet<String>> types) {
  static final String OFFERS = "offers ";
  static final String RESTRICTS = "restricts ";
  private static final String INDENT = "  ";

  /**
   * Looks at classes.
   *
   * @param candidates the classes; those that nobody outside can see are left out
   */
  static ApiDump of(Stream<Class<?>> candidates) {
    SortedMap<String, SortedSet<String>> types = new TreeMap<>();
    candidates
        .filter(ApiDump::isVisible)
        .forEach(
            type -> types.put(type.getName(), lines(type).collect(toCollection(TreeSet::new))));
    return new ApiDump(types);
  }

  /**
   * Reads what {@link #toString} gave.
   *
   * @param lines its lines
   */
  static ApiDump parse(Stream<String> lines) {
    SortedMap<String, SortedSet<String>> types = new TreeMap<>();
    SortedSet<String> current = new TreeSet<>();
    for (String line : lines.toList()) {
      if (line.startsWith(INDENT)) {
        current.add(line.strip());
      } else {
        current = new TreeSet<>();
        types.put(line, current);
      }
    }
    return new ApiDump(types);
  }

  private static Stream<String> lines(Class<?> type) {
    boolean open = isOpen(type);
    return Stream.of(
            Stream.of(OFFERS + visibility(type.getModifiers()) + kind(type)),
            supertypes(type).map(name -> OFFERS + "type " + name),
            restrictions(type),
            Arrays.stream(type.getDeclaredFields())
                .filter(field -> isVisible(field.getModifiers()))
                .map(field -> OFFERS + text(field)),
            Arrays.stream(type.getDeclaredConstructors())
                .filter(constructor -> isVisible(constructor.getModifiers()))
                .map(constructor -> OFFERS + text(constructor)),
            methods(type).map(method -> OFFERS + text(method)),
            open ? inherited(type).flatMap(ApiDump::restrictions) : Stream.<String>empty())
        .flatMap(each -> each);
  }

  /** A nested type is visible where all around it are; a constant's body is nobody's business. */
  private static boolean isVisible(Class<?> type) {
    return !type.isAnonymousClass()
        && !type.isSynthetic()
        && isVisible(type.getModifiers())
        && (type.getEnclosingClass() == null || isVisible(type.getEnclosingClass()));
  }

  private static boolean isVisible(int modifiers) {
    return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
  }

  /** Whether others can implement or extend it. */
  private static boolean isOpen(Class<?> type) {
    return !Modifier.isFinal(type.getModifiers())
        && !type.isSealed()
        && (type.isInterface()
            || Arrays.stream(type.getDeclaredConstructors())
                .anyMatch(constructor -> isVisible(constructor.getModifiers())));
  }

  private static String kind(Class<?> type) {
    return type.isAnnotation()
        ? "annotation"
        : type.isInterface()
            ? "interface"
            : type.isEnum() ? "enum" : type.isRecord() ? "record" : "class";
  }

  private static Stream<String> supertypes(Class<?> type) {
    return Stream.concat(
            Stream.ofNullable(type.getGenericSuperclass()),
            Arrays.stream(type.getGenericInterfaces()))
        .map(Type::getTypeName)
        .filter(name -> !name.equals(Object.class.getName()));
  }

  /** Of an enum nobody else can make a class or an instance. */
  private static Stream<String> restrictions(Class<?> type) {
    if (type.isEnum()) {
      return Stream.empty();
    }
    int modifiers = type.getModifiers();
    return Stream.of(
            Modifier.isFinal(modifiers) ? "final" : "",
            type.isSealed() ? "sealed" : "",
            Modifier.isAbstract(modifiers) && !type.isInterface() ? "abstract" : "")
        .filter(word -> !word.isEmpty())
        .map(word -> RESTRICTS + word);
  }

  private static Stream<Method> methods(Class<?> type) {
    return Arrays.stream(type.getDeclaredMethods())
        .filter(method -> isVisible(method.getModifiers()) && !method.isSynthetic());
  }

  /** Whoever implements a type implements what its supertypes leave open, too. */
  private static Stream<Method> inherited(Class<?> type) {
    return Stream.concat(
        methods(type),
        Arrays.stream(type.getMethods())
            .filter(method -> method.getDeclaringClass() != type)
            .filter(method -> Modifier.isAbstract(method.getModifiers())));
  }

  private static Stream<String> restrictions(Method method) {
    int modifiers = method.getModifiers();
    String name = method.getName() + parameters(method);
    return Modifier.isAbstract(modifiers)
        ? Stream.of(RESTRICTS + "abstract " + name)
        : Modifier.isFinal(modifiers) ? Stream.of(RESTRICTS + "final " + name) : Stream.empty();
  }

  private static String text(Field field) {
    String name =
        visibility(field.getModifiers())
            + (field.isEnumConstant()
                ? "constant"
                : (Modifier.isFinal(field.getModifiers()) ? "final " : "")
                    + field.getGenericType().getTypeName())
            + " "
            + field.getName();
    return isConstant(field) ? name + " = " + value(field) : name;
  }

  /** The compiler copies its value into the code of others. */
  private static boolean isConstant(Field field) {
    return Modifier.isStatic(field.getModifiers())
        && Modifier.isFinal(field.getModifiers())
        && (field.getType().isPrimitive() || field.getType() == String.class);
  }

  private static String value(Field field) {
    try {
      field.setAccessible(true);
      Object value = field.get(null);
      return String.valueOf(value);
    } catch (IllegalAccessException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static String text(Constructor<?> constructor) {
    return visibility(constructor.getModifiers())
        + typeParameters(constructor)
        + "new"
        + parameters(constructor)
        + exceptions(constructor);
  }

  private static String text(Method method) {
    return visibility(method.getModifiers())
        + typeParameters(method)
        + method.getGenericReturnType().getTypeName()
        + " "
        + method.getName()
        + parameters(method)
        + exceptions(method);
  }

  private static String visibility(int modifiers) {
    return (Modifier.isPublic(modifiers) ? "public " : "protected ")
        + (Modifier.isStatic(modifiers) ? "static " : "");
  }

  private static String typeParameters(Executable executable) {
    return executable.getTypeParameters().length == 0
        ? ""
        : Arrays.stream(executable.getTypeParameters())
            .map(Object::toString)
            .collect(joining(", ", "<", "> "));
  }

  private static String parameters(Executable executable) {
    return Arrays.stream(executable.getGenericParameterTypes())
        .map(Type::getTypeName)
        .collect(joining(", ", "(", ")"));
  }

  private static String exceptions(Executable executable) {
    Set<String> names =
        Arrays.stream(executable.getGenericExceptionTypes())
            .map(Type::getTypeName)
            .collect(toCollection(TreeSet::new));
    return names.isEmpty() ? "" : " throws " + String.join(", ", names);
  }

  /** Returns the text that {@link #parse} reads. */
  @Override
  public String toString() {
    return types.entrySet().stream()
        .map(
            type ->
                type.getKey()
                    + "\n"
                    + type.getValue().stream().map(line -> INDENT + line + "\n").collect(joining()))
        .collect(joining());
  }
}
