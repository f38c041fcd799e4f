using System.Runtime.InteropServices;
using Diffah.Cli.Hosting;

namespace Diffah.Tests.Cli;

public sealed class InterruptionTests
{
    [Theory]
    [InlineData(PosixSignal.SIGINT, 130)]
    [InlineData(PosixSignal.SIGTERM, 143)]
    public async Task A_signal_cancels_the_operation_and_says_so_in_one_line(PosixSignal signal, int exitCode)
    {
        using var interruption = new Interruption();
        var operations = new FakeOperations
        {
            During = async (_, cancellationToken) =>
            {
                interruption.Handle(new PosixSignalContext(signal));
                await Task.Delay(Timeout.Infinite, cancellationToken);
            },
        };
        var run = await CliRun.WithAsync(operations, new Dictionary<string, string>(), interruption, "doctor");
        Assert.Equal((exitCode, "", "diffah: interrupted\n"), (run.ExitCode, run.Output, run.Error));
    }

    [Fact]
    public void The_second_signal_takes_its_default_action()
    {
        using var interruption = new Interruption();
        var (first, second) = (new PosixSignalContext(PosixSignal.SIGINT), new PosixSignalContext(PosixSignal.SIGINT));
        interruption.Handle(first);
        interruption.Handle(second);
        Assert.Equal((true, false), (first.Cancel, second.Cancel));
    }
}
