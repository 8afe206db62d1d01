package io.weir.core.decide;

/** The ids of entities of one kind by the numbers that rows of accounts name them by. */
interface EntityIds {
    /** The id that has a number. */
    String id(int number);

    /** The number of an id; less than 0 if it has none. */
    int number(String id);
}
