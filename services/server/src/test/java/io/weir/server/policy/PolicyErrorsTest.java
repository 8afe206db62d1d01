package io.weir.server.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.weir.server.yaml.DocumentError;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every error with its place in the document, what is wrong, and what to write instead. */
class PolicyErrorsTest {
    private static final String THRESHOLDS = "thresholds: {review: 40, decline: 80}\n";

    /** Column 11 of line 4, after {@code when:}, is where the condition begins. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            transaction.amount > 3                      | 4:11 | no field 'amount'                 | Write 'transaction.amountMinor'
            true && transaction.cuntry == 'NL'          | 4:19 | no field 'cuntry'                 | Write 'transaction.country'
            3 < amountMinor                             | 4:15 | no feature 'amountMinor'          | Write 'transaction.amountMinor'
            acount_count > 1.0                          | 4:11 | no feature 'acount_count'         | Write 'account_count'
            transaction == 1                            | 4:11 | itself is not a value             | Write one of its fields
            account_count.x > 1                         | 4:24 | only 'transaction' has fields     | Remove it
            account_count == 3                          | 4:25 | '==' does not apply to (double, int) | write 3.0 for 3
            transaction.amountMinor * 1.5 > 2.0         | 4:35 | '*' does not apply to (int, double) | double(x)
            account_count % 2.0 == 1.0                  | 4:25 | '%' does not apply                | int(x)
            transaction.country > 3                     | 4:31 | '>' does not apply to (string, int) | same type
            !account_count                              | 4:11 | `this is not YAML` |
            account_count                               | 4:11 | true or false, this is of type double | Compare it
            transaction.country.matches('N.*')          | 4:38 | regular expressions               | startsWith
            transaction.country.startWith('N')          | 4:40 | the function 'startWith'          | Write 'startsWith'
            [1, 2].exists(x, x > 1)                     | 4:11 | `this is not YAML` |
            transaction.hour in [1].map(x, x)           | 4:38 | needs a list to its right         | Write the list out
            transaction.hour in []                      | 4:31 | nothing is in an empty list       | at least one
            account_count in [1, 2.0]                   | 4:28 | the list mixes types              | 3.0 for 3
            transaction.country + 'x' == 'NLx'          | 4:31 | '+' does not apply to (string, string) | Write numbers
            true < false                                | 4:16 | '<' does not apply to (bool, bool) | have no order
            int('3') == 3                               | 4:14 | 'int' does not apply to (string)  | with a number
            transaction.hour == 3u                      | 4:31 | unsigned integers                 | without 'u'
            transaction.country == null                 | 4:34 | nothing is ever null              | absent is empty
            account_count >                             | 4:26 | ends too early                    | complete CEL
            (account_count > 1.0                        | 4:31 | `this is not CEL: missing ')'`    | complete CEL
            account_count >> 1.0                        | 4:26 | `this is not CEL: extraneous input '>'` | complete CEL
            transaction.hour > 9223372036854775808      | 4:30 | does not fit in 64 bits           | smaller
            dyn(1) == 1                                 | 4:14 | the function 'dyn' is not supported | Write one of
            """)
    void placesErrorsOfConditions(String when, String place, String problem, String remedy) {
        String document = """
                id: p
                rules:
                  - code: R
                    when: %s
                    weight: 40
                    reason: because
                features: [{name: account_count, aggregate: {entity: account, function: count, window: 1d}}]
                %s""".formatted(when, THRESHOLDS);
        if (problem.startsWith("this is not YAML")) {
            assertThat(errors(document)).isNotEmpty().allSatisfy(error -> assertThat(error.line())
                    .isEqualTo(4));
            assertThat(errors(document).get(0).remedy()).contains("write '>-' after the key");
            return;
        }
        List<DocumentError> errors = errors(document);
        assertThat(errors).hasSize(1);
        DocumentError error = errors.get(0);
        assertThat(error.line() + ":" + error.column() + " " + error.problem())
                .startsWith(place)
                .contains(problem);
        assertThat(error.remedy()).contains(remedy);
        assertThat(error.path()).isEqualTo("rules[0].when");
    }

    /** The error is expected at the mark. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            function: count, filter: mine > 1.0 && ^at_terminal > 1.0 | `the feature 'at_terminal' is over the windows of a terminal` | Use the transaction and features over 'entity: account'
            function: sum, value: double(transaction.hour) * ^share   | `the feature 'share' uses 'at_terminal', which is over the windows of a terminal` | write a rule with 'share'
            function: count, filter: ^later > 1.0                     | the feature 'later' is not computed yet here | move 'later' up
            function: count, filter: ^mine                            | `a condition is true or false, this is of type double` | Compare it
            function: sum, value: ^mine > 1.0                         | `a value is a number, this is a bool` | ? 1.0 : 0.0
            function: sum, value: mine +^                             | ends too early | complete CEL
            function: count, value: ^mine                             | count looks at no amount | `Remove 'value', or write sum, mean, max or stddev`
            function: count, label: ^frauds                           | 'frauds' is not a known label | Write 'fraud'
            function: fraud_count, label: ^genuine                    | fraud_count takes no label | `Remove 'label', or write 'function: count'`
            function: max, label: ^known                              | max takes no label | select with 'filter'
            function: ^count_since_last                               | nothing selects | 'label: genuine'
            function: count_since_last, label: fraud, delay: ^31d     | 31d is out of range | Write 0s to 30d
            function: distinct, of: ^account                          | of itself there is only one | Write 'terminal'
            function: distinct, of: ip, filter: ^mine > 1.0           | distinct ids are counted among all transactions | Remove 'filter'
            """)
    void placesErrorsOfSelections(String fields, String problem, String remedy) {
        String line = "    aggregate: {entity: account, window: 1d, " + fields + "}";
        List<DocumentError> errors = errors("""
                id: p
                rules: []
                features:
                  - {name: mine, aggregate: {entity: account, function: count, window: 1d}}
                  - {name: at_terminal, aggregate: {entity: terminal, function: count, window: 1d}}
                  - {name: share, expression: mine / at_terminal}
                  - name: x
                %s
                  - {name: later, expression: mine}
                %s""".formatted(line.replace("^", ""), THRESHOLDS));
        assertThat(errors).hasSize(1);
        DocumentError error = errors.get(0);
        assertThat(error.problem()).contains(problem);
        assertThat(error.remedy()).contains(remedy);
        assertThat(error.line()).isEqualTo(8);
        assertThat(error.column()).isEqualTo(line.indexOf('^') + 1);
        assertThat(error.path()).startsWith("features[3].aggregate.");
    }

    @Test
    void placesErrorsInsideFoldedLiteralAndQuotedText() {
        assertThat(places("""
                        id: p
                        rules:
                          - code: A
                            when: >-
                              transaction.hour > 3
                              && transaction.houre > 3
                            weight: 1
                            reason: r
                          - code: B
                            when: |
                              transaction.hour > 3
                                && transaction.houre > 3
                            weight: 1
                            reason: r
                          - code: C
                            when: "transaction.country == \\"NL\\" && transaction.houre > 3"
                            weight: 1
                            reason: r
                          - code: D
                            when: 'transaction.country == ''NL'' && transaction.houre > 3'
                            weight: 1
                            reason: r
                          - code: E
                            when: transaction.country == 'NL'
                              && transaction.houre > 3
                            weight: 1
                            reason: r
                        """ + THRESHOLDS))
                .containsExactly(
                        "6:10 rules[0].when",
                        "12:12 rules[1].when",
                        "16:45 rules[2].when",
                        "20:45 rules[3].when",
                        "25:10 rules[4].when");
    }

    @Test
    void namesEveryErrorInTheOrderOfTheDocument() {
        assertThat(messages("""
                        id: "no spaces"
                        desciption: typo
                        features:
                          - name: 2x
                          - {name: for, expression: "1"}
                          - {name: b, expression: c + 1.0}
                          - {name: c, expression: "2", expression: "3"}
                          - {name: c, expression: transaction.country}
                          - name: d
                            aggregate: {entity: shop, function: count, window: 7 days, delay: 31d}
                          - name: e
                            aggregate: {entity: terminal, function: distinct, of: terminal, window: 0s}
                          - name: f
                            aggregate: {entity: account, function: sum, of: terminal, window: 91d}
                          - {name: g, aggregate: {entity: account, function: distinct, window: 1d}}
                          - {name: h, aggregate: 7, expression: "1"}
                          - {name: i, expression: "true"}
                        rules:
                          - {code: R, when: "true", weight: 101, reason: r}
                          - {code: R, when: "true", weight: "5", reason: ""}
                          - just text
                        thresholds: {review: 0, decline: .nan}
                        """))
                .containsExactly(
                        "line 1, column 5, id: 'no spaces' is not a valid id. Write 1 to 64 letters, digits, '.', '_' or '-', such as 'card-payments'.",
                        "line 2, column 1, desciption: 'desciption' is not a field here. Write 'description', if that was meant.",
                        "line 4, column 11, features[0].name: '2x' is not a valid name. Write a name of letters, digits and '_' that does not begin with a digit.",
                        "line 5, column 12, features[1].name: 'for' has a meaning in CEL. Choose another name.",
                        "line 6, column 27, features[2].expression: the feature 'c' is not computed yet here. A feature can use only those above it: move 'c' up.",
                        "line 7, column 32, features[3].expression: 'expression' is written twice. Keep one of the two.",
                        "line 8, column 12, features[4].name: there is a feature 'c' already. Give each feature its own name.",
                        "line 8, column 27, features[4].expression: a feature is a number, this is a string. Write an expression that is a number.",
                        "line 10, column 25, features[5].aggregate.entity: 'shop' is not a known entity. Write one of: account, terminal, merchant, device, ip, counterparty.",
                        "line 10, column 56, features[5].aggregate.window: a duration is a whole number and s, m, h or d, as '30s', '15m', '1h', '7d'. Write 1s to 90d, such as '7d'.",
                        "line 10, column 71, features[5].aggregate.delay: 31d is out of range. Write 0s to 30d, such as '7d', or remove it.",
                        "line 12, column 59, features[6].aggregate.of: of itself there is only one: distinct counts the ids of another kind that the terminal's transactions name. Write 'account' or another entity.",
                        "line 12, column 77, features[6].aggregate.window: 0s is out of range. Write 1s to 90d, such as '7d'.",
                        "line 14, column 53, features[7].aggregate.of: only the function distinct counts something else. Remove 'of'.",
                        "line 14, column 71, features[7].aggregate.window: 91d is out of range. Write 1s to 90d, such as '7d'.",
                        "line 15, column 26, features[8].aggregate.of: 'of' is missing. Write one of: account, terminal, merchant, device, ip, counterparty.",
                        "line 16, column 26, features[9].aggregate: a feature is one or the other. Write either 'aggregate' or 'expression'.",
                        "line 17, column 28, features[10].expression: a feature is a number, this is a bool. Write '(…) ? 1.0 : 0.0' to make a number of a condition.",
                        "line 19, column 37, rules[0].weight: 101 is out of range. Write points, -100 to 100.",
                        "line 20, column 12, rules[1].code: there is a rule 'R' already. Give each rule its own code.",
                        "line 20, column 37, rules[1].weight: '5' is not a plain decimal number. Write points, -100 to 100.",
                        "line 20, column 50, rules[1].reason: 'reason' is empty. Write, for people, what the rule has seen.",
                        "line 21, column 5, rules[2]: fields are missing here. Write 'name: value' for: code, when, weight, decision, scope, enabled, shadow, reason.",
                        "line 22, column 22, thresholds.review: 0 is out of range. Write points, above 0 and up to 100.",
                        "line 22, column 34, thresholds.decline: '.nan' is not a plain decimal number. Write points, above 0 and up to 100.");
    }

    @Test
    void namesWhatIsMissing() {
        assertThat(messages("description: nothing else"))
                .containsExactly(
                        "line 1, column 1, id: 'id' is missing. Write 1 to 64 letters, digits, '.', '_' or '-', such as 'card-payments'.",
                        "line 1, column 1, rules: 'rules' is missing. Write a list of rules, each with code, when, weight and reason.",
                        "line 1, column 1, thresholds: 'thresholds' is missing. Write 'thresholds: {review: 40, decline: 80}'.");
        assertThat(messages(""))
                .containsExactly(
                        "line 1, column 1: the document is empty. Write a policy: id, features, rules, thresholds.");
        assertThat(places("id: p\nrules: []\nthresholds: {review: 50, decline: 40}"))
                .containsExactly("3:35 thresholds.decline");
        assertThat(places("- a list")).containsExactly("1:1 ");
    }

    @Test
    void refusesWhatYamlCanDoAndPoliciesDoNotNeed() {
        assertThat(messages("id: &a x\nrules: *a")).hasSize(2).allMatch(message -> message.contains("not allowed"));
        assertThat(messages("a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]")).anyMatch(message -> message.contains("aliases"));
        assertThat(messages("id: !!str x\nrules: []\n" + THRESHOLDS).get(0))
                .startsWith("line 1, column 5: YAML reads a word that begins with '!'");
        assertThat(messages("id: a\n---\nid: b").get(0)).startsWith("line 2, column 1: a second YAML document");
        assertThat(messages("id: [" + "[".repeat(100_000)).get(0)).contains("nested deeper");
        assertThat(messages("id: a\n\tb: c").get(0)).startsWith("line 2, column 1: this is not YAML");
        assertThat(messages("id: a\u0007b").get(0)).startsWith("line 1, column 6: the character U+0007");
        assertThat(messages("? [a]\n: b").get(0)).contains("a key must be a name");
        assertThat(messages("id: a # " + "x".repeat(PolicyCompiler.MAX_BYTES)).get(0))
                .contains("more than 1 MiB");
    }

    @Test
    void boundsWhatItReports() {
        assertThat(errors("x: 1\n".repeat(10_000))).hasSize(100);
        String deep = "(".repeat(500) + "1" + ")".repeat(500);
        assertThat(messages("id: p\nfeatures: [{name: a, expression: '" + deep + "'}]\nrules: []\n" + THRESHOLDS))
                .singleElement()
                .asString()
                .contains("nested too deeply");
        assertThat(messages("id: p\nfeatures: [{name: a, expression: '" + "1+".repeat(3_000) + "1'}]\nrules: []\n"
                        + THRESHOLDS))
                .singleElement()
                .asString()
                .contains("longer than");
    }

    private static List<DocumentError> errors(String document) {
        PolicyException exception =
                catchThrowableOfType(PolicyException.class, () -> new PolicyCompiler().compile(document));
        assertThat(exception).as(document).isNotNull();
        return exception.errors();
    }

    private static List<String> messages(String document) {
        return errors(document).stream().map(DocumentError::toString).toList();
    }

    private static List<String> places(String document) {
        return errors(document).stream()
                .map(error -> error.line() + ":" + error.column() + " " + error.path())
                .toList();
    }
}
