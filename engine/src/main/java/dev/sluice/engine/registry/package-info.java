/**
 * Finds the transports, explains those that cannot be used, and opens channels by address.
 *
 * <table>
 * <caption>Start with {@link dev.sluice.engine.registry.TransportRegistry}.</caption>
 * <tr><td>{@link dev.sluice.engine.registry.TransportRegistry}</td><td>opens channels</td></tr>
 * <tr><td>{@link dev.sluice.engine.registry.InstalledScheme}</td><td>a scheme and who provides
 *     it</td></tr>
 * <tr><td>{@link dev.sluice.engine.registry.ProviderFailure}</td><td>a provider that is not
 *     used, and why</td></tr>
 * <tr><td>{@link dev.sluice.engine.registry.SchemeUnavailableException}</td><td>a scheme that is
 *     known and cannot be used</td></tr>
 * </table>
 *
 * <p>How a provider gets in: {@code Plugins} opens what lies in plugin folders, {@code Discovery}
 * walks a {@link java.util.ServiceLoader}, {@code Admission} reads once what each provider says of
 * itself, {@code Conflicts} decides who gets a scheme, {@code SchemeTable} is the result. How a
 * channel comes out: {@code SchemeTable} finds the scheme, {@code AddressCheck} reads the options,
 * {@code ProviderCall} calls the provider.
 */
@NullMarked
package dev.sluice.engine.registry;

import org.jspecify.annotations.NullMarked;
