import java.io.InputStream;
import java.lang.reflect.Constructor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.http.HttpServerTransport;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.plugins.PluginInfo;

/**
 * Runs one OpenSearch node in this process: NodeLauncher HOME DESCRIPTOR_DIRECTORY...
 *
 * The node is built directly, without the server's own start-up code, so it needs no installation, no
 * account of its own, no security manager (2.x) and no agent (3.x). The plugins are taken from the class
 * path; each is named by a directory that holds its plugin-descriptor.properties. The port that the system
 * chose is written to HOME/port. The node ends when its standard input does, so it cannot outlive the
 * tests that started it.
 */
public final class NodeLauncher {

    public static void main(String[] args) {
        try {
            Path home = Path.of(args[0]);
            Settings settings = Settings.builder().put("path.home", home.toString()).build();
            Environment environment =
                InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), home.resolve("config"), () -> "node-1");
            Node node = build(environment, descriptors(args));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> close(node)));
            node.start();
            writePort(node, home);
            waitForEndOfInput(System.in);
            System.exit(0);
        } catch (Throwable failure) {
            failure.printStackTrace();
            // A half-built node leaves threads behind that would keep an ordinary exit waiting.
            Runtime.getRuntime().halt(1);
        }
    }

    private static List<PluginInfo> descriptors(String[] args) throws Exception {
        List<PluginInfo> found = new ArrayList<>();
        for (String directory : Arrays.asList(args).subList(1, args.length)) {
            found.add(PluginInfo.readFromProperties(Path.of(directory)));
        }
        return found;
    }

    /** The constructor for plugins of the class path takes classes up to 3.0, descriptors since 3.1. */
    private static Node build(Environment environment, List<PluginInfo> plugins) throws Exception {
        Constructor<Node> constructor = Node.class.getDeclaredConstructor(Environment.class, Collection.class, boolean.class);
        constructor.setAccessible(true);
        boolean takesDescriptors = constructor.getGenericParameterTypes()[1].getTypeName().contains("PluginInfo");
        return constructor.newInstance(environment, takesDescriptors ? plugins : classes(plugins), true);
    }

    private static List<Class<?>> classes(List<PluginInfo> plugins) throws ClassNotFoundException {
        List<Class<?>> found = new ArrayList<>();
        for (PluginInfo plugin : plugins) {
            found.add(Class.forName(plugin.getClassname()));
        }
        return found;
    }

    private static void writePort(Node node, Path home) throws Exception {
        int port = node.injector().getInstance(HttpServerTransport.class).boundAddress().publishAddress().getPort();
        Path draft = home.resolve("port.draft");
        Files.writeString(draft, Integer.toString(port));
        Files.move(draft, home.resolve("port"));
    }

    private static void waitForEndOfInput(InputStream input) throws Exception {
        while (input.read() >= 0) {}
    }

    private static void close(Node node) {
        try {
            node.close();
            node.awaitClose(10, TimeUnit.SECONDS);
        } catch (Exception failure) {
            failure.printStackTrace();
        }
    }
}
