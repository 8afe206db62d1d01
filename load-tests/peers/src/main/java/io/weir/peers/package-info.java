/** What the peers of the bench share: their options, the policy, and each step of a decision over the core. */
@NullMarked
package io.weir.peers;

import org.jspecify.annotations.NullMarked;
