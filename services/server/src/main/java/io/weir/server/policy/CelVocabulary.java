package io.weir.server.policy;

import io.weir.core.policy.TransactionFields;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The part of CEL that policies use. What is not here is refused at publication, so nothing can surprise the hot path. */
final class CelVocabulary {
    static final String TRANSACTION = "transaction";

    /** The variables {@code transaction.<field>}, by full name. */
    static final List<String> TRANSACTION_VARIABLES = Stream.concat(
                    TransactionFields.INTEGERS.keySet().stream(), TransactionFields.STRINGS.keySet().stream())
            .map(field -> TRANSACTION + "." + field)
            .sorted()
            .toList();

    static final List<String> FUNCTIONS = List.of("contains", "double", "endsWith", "int", "size", "startsWith");

    private static final Set<String> OPERATORS =
            words("_?_:_ !_ -_ _||_ _&&_ _==_ _!=_ _<_ _<=_ _>_ _>=_ _+_ _-_ _*_ _/_ _%_ @in");

    private static final Set<String> OVERLOADS = words("""
            conditional logical_not logical_or logical_and equals not_equals in_list
            add_int64 subtract_int64 multiply_int64 divide_int64 modulo_int64 negate_int64
            add_double subtract_double multiply_double divide_double negate_double
            less_int64 less_equals_int64 greater_int64 greater_equals_int64
            less_double less_equals_double greater_double greater_equals_double
            less_int64_double less_equals_int64_double greater_int64_double greater_equals_int64_double
            less_double_int64 less_equals_double_int64 greater_double_int64 greater_equals_double_int64
            less_string less_equals_string greater_string greater_equals_string
            int64_to_int64 double_to_int64 double_to_double int64_to_double
            size_string string_size starts_with_string ends_with_string contains_string
            """);

    /** Names that a feature cannot have: CEL's reserved words, its types, and {@code transaction}. */
    static final Set<String> RESERVED = words("""
            as break const continue else false for function if import in let loop namespace null package return true var void while
            bool bytes double duration dyn google int list map null_type optional_type string timestamp type uint
            transaction
            """);

    private CelVocabulary() {}

    static boolean hasOperator(String function) {
        return OPERATORS.contains(function);
    }

    static boolean hasOverload(String id) {
        return OVERLOADS.contains(id);
    }

    /** An operator as it is written: {@code +} for CEL's {@code _+_}. */
    static String written(String function) {
        return switch (function) {
            case "_?_:_" -> "? :";
            case "@in" -> "in";
            case "_[_]" -> "[ ]";
            default -> function.replace("_", "");
        };
    }

    private static Set<String> words(String text) {
        return Collections.unmodifiableSet(
                new TreeSet<>(Arrays.asList(text.strip().split("\\s+"))));
    }
}
