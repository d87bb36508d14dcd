import java.io.File;
import org.teavm.diagnostics.DefaultProblemTextConsumer;
import org.teavm.diagnostics.Problem;
import org.teavm.tooling.EmptyTeaVMToolLog;
import org.teavm.tooling.TeaVMTargetType;
import org.teavm.tooling.TeaVMTool;
import org.teavm.vm.TeaVMOptimizationLevel;

/* Make TARGET CLASS FILE.wasm: compiles a class of the class path by TeaVM, with Java's checks of bounds, nulls and casts. */
public class Make {
    public static void main(String[] args) throws Exception {
        TeaVMTool tool = new TeaVMTool();
        File file = new File(args[2]).getAbsoluteFile();
        boolean failed = false;
        tool.setTargetType(TeaVMTargetType.valueOf(args[0]));
        tool.setMainClass(args[1]);
        tool.setTargetDirectory(file.getParentFile());
        tool.setTargetFileName(file.getName());
        tool.setOptimizationLevel(TeaVMOptimizationLevel.FULL);
        tool.setStrict(true);
        tool.setObfuscated(false);
        tool.setMinHeapSize(4 << 20);
        tool.setMaxHeapSize(64 << 20);
        tool.setLog(new EmptyTeaVMToolLog());
        tool.setClassLoader(Make.class.getClassLoader());
        tool.generate();
        for (Problem problem : tool.getProblemProvider().getProblems()) {
            DefaultProblemTextConsumer text = new DefaultProblemTextConsumer();
            problem.render(text);
            System.err.println(problem.getSeverity() + ": " + text.getText());
            failed = true;
        }
        System.exit(failed ? 1 : 0);
    }
}
