/**
 * The {@code ucx:HOST:PORT} transport: Sluice channels over whatever UCX finds between two hosts.
 */
@NullMarked
package dev.sluice.example.ucx;

import org.jspecify.annotations.NullMarked;
