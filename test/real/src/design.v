// A small design for yosys to synthesise.
module counter #(parameter WIDTH = 8) (
    input clock, input reset, input enable, input [1:0] mode,
    output reg [WIDTH-1:0] value, output parity
);
    wire [WIDTH-1:0] next = mode == 2'd0 ? value + 1 : mode == 2'd1 ? value - 1 :
                            mode == 2'd2 ? value * 3 : {value[WIDTH-2:0], value[WIDTH-1]};
    always @(posedge clock) begin
        if (reset) value <= 0;
        else if (enable) value <= next;
    end
    assign parity = ^value;
endmodule
