import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.solr.embedded.JettyConfig;
import org.apache.solr.embedded.JettySolrRunner;

/** Solr in one process: java -cp 'lib/*' Launcher.java HOME PORT. */
public class Launcher {
    public static void main(String[] arguments) throws Exception {
        Path home = Path.of(arguments[0]).toAbsolutePath();
        int port = Integer.parseInt(arguments[1]);
        if (!Files.isRegularFile(home.resolve("solr.xml"))) {
            throw new IllegalArgumentException("no solr.xml in " + home);
        }
        JettyConfig web = new JettyConfig.Builder().setContext("/solr").setPort(port).build();
        JettySolrRunner solr = new JettySolrRunner(home.toString(), web);
        // a stop in good order closes the indexes and releases their locks
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                solr.stop();
            } catch (Exception problem) {
                problem.printStackTrace();
            }
        }));
        solr.start();
        System.out.println("Solr listens on port " + port);
        Thread.currentThread().join();
    }
}
