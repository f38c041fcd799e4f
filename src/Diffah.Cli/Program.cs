using Diffah.Cli;
using Diffah.Cli.Hosting;

using var interruption = Interruption.OfProcess();
return await DiffahCommandLine.RunAsync(args, CommandLineHost.OfProcess(), interruption);
