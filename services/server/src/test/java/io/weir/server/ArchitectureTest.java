package io.weir.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which way packages may look. */
class ArchitectureTest {
    private static JavaClasses classes;

    @BeforeAll
    static void read() {
        classes = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.weir");
    }

    @Test
    void onlyTheLogPackageUsesKafkasConsumerAndTransactionApi() {
        noClasses()
                .that()
                .resideInAPackage("io.weir.server..")
                .and()
                .resideOutsideOfPackage("io.weir.server.log")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.kafka.clients.consumer..", "org.apache.kafka.clients.producer..")
                .because("positions and transactions are in one hand")
                .check(classes);
    }

    @Test
    void reactorKafkaStaysBehindTheLogPackage() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.weir.server.log")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("reactor..")
                .because("it is discontinued upstream: one place to replace it")
                .check(classes);
    }

    @Test
    void eventsKnowNoClientLibrary() {
        noClasses()
                .that()
                .resideInAPackage("io.weir.events..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.apache.kafka..", "io.vertx..", "reactor..", "io.weir.core..", "io.weir.server..")
                .check(classes);
    }

    @Test
    void theCoreKnowsEventsAndNothingElse() {
        noClasses()
                .that()
                .resideInAPackage("io.weir.core..")
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages("java..", "io.weir.core..", "io.weir.events..", "org.jspecify..")
                .check(classes);
    }

    @Test
    void theDecidingPathKnowsNeitherHttpNorViews() {
        noClasses()
                .that()
                .resideInAPackage("io.weir.server.score..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.vertx..", "io.weir.server.gateway..", "io.weir.server.views..")
                .check(classes);
    }

    @Test
    void packagesHaveNoCycles() {
        SlicesRuleDefinition.slices()
                .matching("io.weir.server.(*)..")
                .should()
                .beFreeOfCycles()
                .check(classes);
    }
}
