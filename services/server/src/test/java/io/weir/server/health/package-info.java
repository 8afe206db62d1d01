/** Tests of what is made of the cluster's health, and of how it is asked for. */
package io.weir.server.health;
