import io.cloudsoft.winrm4j.client.WinRmClientContext;
import io.cloudsoft.winrm4j.winrm.WinRmTool;
import io.cloudsoft.winrm4j.winrm.WinRmToolResponse;
import org.apache.http.client.config.AuthSchemes;

/**
 * Runs one command on a host through winrm4j, the WinRM library of many Java programs.
 *
 * <p>Arguments: HOST PORT basic|encrypted USER PASSWORD cmd|powershell COMMAND. Prints one JSON object: stdout,
 * stderr and code, or error. With NTLM the library encrypts its messages.
 */
public final class Client {
    private Client() {}

    public static void main(String[] arguments) {
        WinRmClientContext context = WinRmClientContext.newInstance();
        try {
            String scheme = arguments[2].equals("basic") ? AuthSchemes.BASIC : AuthSchemes.NTLM;
            WinRmTool tool = WinRmTool.Builder.builder(arguments[0], arguments[3], arguments[4])
                    .authenticationScheme(scheme)
                    .port(Integer.parseInt(arguments[1]))
                    .useHttps(false)
                    .context(context)
                    .build();
            tool.setRetriesForConnectionFailures(0);
            WinRmToolResponse answer = arguments[5].equals("powershell")
                    ? tool.executePs(arguments[6])
                    : tool.executeCommand(arguments[6]);
            System.out.printf("{\"stdout\": %s, \"stderr\": %s, \"code\": %d}%n",
                    quoted(answer.getStdOut()), quoted(answer.getStdErr()), answer.getStatusCode());
        } catch (RuntimeException error) {
            System.out.printf("{\"error\": %s}%n", quoted(String.valueOf(error)));
        } finally {
            context.shutdown();
        }
        System.exit(0);
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char each : text.toCharArray()) {
            if (each == '"' || each == '\\' || each < ' ') {
                quoted.append(String.format("\\u%04x", (int) each));
            } else {
                quoted.append(each);
            }
        }
        return quoted.append('"').toString();
    }
}
