/** Trains the model of a policy and writes it with a card that says what it was made from. */
@NullMarked
package io.weir.training.model;

import org.jspecify.annotations.NullMarked;
