package dev.sluice.tck.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.ChannelInfo;
import dev.sluice.api.Direction;
import dev.sluice.api.RegisteredMemory;
import dev.sluice.api.RemoteMemory;
import dev.sluice.api.TransportChannel;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ForwardingChannelTest {
  /** One value for each type in the signatures of a channel, unlike any default. */
  private static final Map<Class<?>, Object> VALUES =
      Map.ofEntries(
          Map.entry(int.class, 7),
          Map.entry(long.class, 1L << 40),
          Map.entry(boolean.class, true),
          Map.entry(ByteBuffer.class, ByteBuffer.allocate(3)),
          Map.entry(ByteBuffer[].class, new ByteBuffer[9]),
          Map.entry(Direction.class, Direction.WRITE),
          Map.entry(Duration.class, Duration.ofMillis(5)),
          Map.entry(ChannelInfo.class, ChannelInfo.named("forwarded")),
          Map.entry(Set.class, Set.of(ChannelFeature.RESET)),
          Map.entry(Optional.class, Optional.of("something")),
          Map.entry(RegisteredMemory.class, registeredMemory()),
          Map.entry(RemoteMemory.class, remoteMemory()));

  static Stream<Method> methods() {
    return Arrays.stream(TransportChannel.class.getMethods())
        .filter(method -> !Modifier.isStatic(method.getModifiers()));
  }

  @Test
  void methods_areThoseOfTheContract() {
    assertTrue(methods().count() > 25, "reflection saw " + methods().toList());
  }

  @ParameterizedTest
  @MethodSource("methods")
  void everyMethod_goesToTheDelegateWithItsArgumentsAndBack(Method method) throws Exception {
    Object[] arguments =
        Arrays.stream(method.getParameterTypes()).map(VALUES::get).toArray(Object[]::new);
    Object result = VALUES.get(method.getReturnType());
    int[] calls = {0};
    var channel =
        new ForwardingChannel(
            proxy(
                TransportChannel.class,
                (self, called, actual) -> {
                  assertEquals(method, called);
                  for (int i = 0; i < arguments.length; i++) {
                    assertEquals(arguments[i], actual[i]);
                  }
                  calls[0]++;
                  return result;
                }));

    assertEquals(result, method.invoke(channel, arguments));
    assertEquals(1, calls[0]);
  }

  @ParameterizedTest
  @MethodSource("methods")
  void everyMethod_whatTheDelegateThrows_passesThrough(Method method) {
    Object[] arguments =
        Arrays.stream(method.getParameterTypes()).map(VALUES::get).toArray(Object[]::new);
    var failure = new IllegalStateException("from the delegate");
    var channel =
        new ForwardingChannel(
            proxy(
                TransportChannel.class,
                (self, called, actual) -> {
                  throw failure;
                }));

    var thrown =
        assertThrows(InvocationTargetException.class, () -> method.invoke(channel, arguments));
    assertSame(failure, thrown.getCause());
  }

  @Test
  void toString_isTheDelegates() {
    TransportChannel named =
        proxy(TransportChannel.class, (self, called, actual) -> called.getName());
    assertEquals("toString", new ForwardingChannel(named).toString());
  }

  private static RegisteredMemory registeredMemory() {
    return new RegisteredMemory() {
      @Override
      public MemorySegment segment() {
        return MemorySegment.NULL;
      }

      @Override
      public ByteBuffer key() {
        return ByteBuffer.allocate(1);
      }

      @Override
      public void close() {}
    };
  }

  private static RemoteMemory remoteMemory() {
    return new RemoteMemory() {
      @Override
      public long byteCount() {
        return 0;
      }

      @Override
      public void write(long offset, MemorySegment source, long from, long byteCount) {}
    };
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
